// The page needs nothing, asks for nothing, and what a node is called does nothing.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {layOut, open, shown, visible} from './chromium.mjs';
import {hostile, names} from './reports.mjs';

// open() asserts of every page that it asked for its own file alone, broke no
// rule of its policy and wrote nothing on the console; with a network at hand too.
for (const name of names.filter(name => name !== 'large' && !name.startsWith('fleet'))) { // which takes its time, in a test of its own
  test(`${name}: no request, no violation, no word on the console`, async t => {
    const page = await open(t, name, {offline: false});
    await page.locator('button[data-lang=zh]').click();
    await page.locator('#unfold').click();
    await page.fill('#find', '/etc');
    await page.locator('#fold').click();
    await page.waitForTimeout(200);
  });
}

test('what got past the escaping could do nothing', async t => {
  const page = await open(t, 'site', {watched: false, offline: false});
  await page.evaluate(async () => {
    const div = document.body.appendChild(document.createElement('div'));
    div.innerHTML = `<img src="http://192.0.2.1/a.png" onerror="window.pwned=1"><b style="color:red" onclick="window.pwned=1">x</b>
      <iframe src="http://192.0.2.1/"></iframe><form action="http://192.0.2.1/"></form><link rel=stylesheet href="http://192.0.2.1/a.css">`;
    for (const text of ['window.pwned = 1']) div.appendChild(document.createElement('script')).textContent = text;
    div.appendChild(document.createElement('script')).src = 'http://192.0.2.1/a.js';
    div.querySelector('b').click();
    div.querySelector('form').submit();
    await fetch('http://192.0.2.1/').catch(() => {});
  });
  const rules = ['img-src', 'script-src-attr', 'script-src-elem', 'style-src-attr', 'style-src-elem', 'connect-src', 'form-action', 'frame-src'];
  const seen = () => new Set(page.did.violations.map(v => v.split(' ')[0]));
  const until = Date.now() + 10_000; // the browser tells of a violation some time after it
  while (Date.now() < until && !rules.every(rule => seen().has(rule))) await page.waitForTimeout(100);
  assert.equal(await page.evaluate(() => window.pwned), undefined);
  const broken = seen();
  for (const rule of rules) {
    assert.ok(broken.has(rule), `${rule} is watched: ${[...broken]}`);
  }
});

test('hostile names run nothing, and are shown escaped', async t => {
  const page = await open(t, 'hostile');
  await page.locator('#unfold').click();
  await page.locator('.change').evaluateAll(list => list.forEach(c => { c.open = true; }));
  await layOut(page);
  await page.waitForTimeout(200);
  assert.equal(await page.evaluate(() => window.pwned), undefined);
  assert.deepEqual(await page.locator('img, iframe, object, [onerror], [onload], [style], svg svg, script ~ script').count(), 0);
  assert.equal(await page.evaluate(() => document.scripts.length), 1);
  const targets = await visible(page, '.change > summary code');
  const escaped = hostile.map(name => '/etc/kubernetes/pki/' + name.replaceAll(/[\u202e\u2066\u2069]/g, c => `\\u${c.codePointAt().toString(16)}`).replaceAll('\u001b', '\\x1b').replaceAll('\n', '\\n'));
  for (const name of escaped) assert.ok(targets.includes(name), `${name} among\n${targets.join('\n')}`);
  const text = await page.evaluate(() => document.body.textContent);
  assert.ok(!/[\u202a-\u202e\u2066-\u2069\u200b\u001b]/.test(text), 'no mark that turns text round');
  assert.match(await page.locator('h1').innerText(), /^<\/script><img src=x onerror=window\.pwned=1>"'&$/);
  assert.match(await page.title(), /hostile/);
  await page.fill('#find', 'onerror=window');
  assert.ok((await shown(page)).length > 0, 'such a name can be looked for');
});

test('without script everything can be read', async t => {
  for (const [name, lang] of [['site', 'en'], ['site-zh', 'zh']]) {
    const page = await open(t, name, {javaScriptEnabled: false});
    const tree = await page.locator('body').ariaSnapshot();
    assert.ok(!/searchbox|checkbox|button "(English|中文|Unfold|全部)/.test(tree), 'what would not work is not there');
    await layOut(page); // what is far from the window is laid out when it comes near, and would move under the click
    const all = page.locator('.control');
    const count = await all.count();
    assert.ok(count > 100);
    for (const i of [0, 8, count - 1]) {
      await all.nth(i).locator('> summary').click();
      assert.ok((await all.nth(i).locator('.body').innerText()).length > 20, 'a control unfolds by itself');
    }
    assert.match(await page.locator('#result').innerText(), lang === 'en' ? /^62 of 92 judged controls pass \(67 %\) · 10 high · / : /^已判定的 92 个控制项中 62 个符合（67 %） · 高 10 · /);
  }
});
