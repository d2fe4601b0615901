// English and Chinese are both on the page; a reader sees one of them.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {open, visible} from './chromium.mjs';

// chrome are the words of the page itself, not those of a profile or a node.
const chrome = '.kind, h2, h3, dt, .meanings dd, legend, .find, .chip, .tools, button:not(.lang button), .badge, .level, .counts, #legend li, thead th, .skip, footer, .note, .late, .fix strong, .rule > .muted';
// english finds a word that is not the name of a rule, a program or a part of Kubernetes.
const english = text => text.replaceAll(/harden \S+ 生成|\b[a-z0-9]+([-.][a-z0-9]+)+\b|\b(harden( apply)?|UTC|API Server|kubelet|kube-proxy|etcd|RBAC|ServiceAccount|Secret|Pod|Rancher|RKE|TLS)\b/g, '').match(/[A-Za-z]{3,}/);

for (const [name, title, chinese] of [['site', 'Report · site · node1', '报告 · site · node1'], ['diff', 'Comparison · cis-1.12 · node1', '对比 · cis-1.12 · node1']]) {
  test(`${name}: the language changes without a reload`, async t => {
    const page = await open(t, name);
    const state = async () => [await page.evaluate(() => document.documentElement.lang), await page.title(), await page.locator('.lang button').evaluateAll(list => list.map(b => b.getAttribute('aria-pressed')))];
    assert.deepEqual(await state(), ['en', title, ['true', 'false']]);
    await page.locator('.control > summary').first().click();
    const before = await visible(page, 'body');
    await page.evaluate(() => { window.same = true; });

    await page.getByRole('button', {name: '中文'}).click();
    assert.deepEqual(await state(), ['zh', chinese, ['false', 'true']]);
    for (const text of await visible(page, chrome)) assert.ok(!english(text), `English in the Chinese page: ${text}`);
    const leftovers = await page.locator('span[lang=en]').evaluateAll(list => list.filter(s => s.checkVisibility()).length);
    assert.equal(leftovers, 0);
    assert.ok(await page.locator('.control').first().evaluate(c => c.open), 'what was unfolded still is');

    await page.getByRole('button', {name: 'English'}).click();
    assert.deepEqual(await state(), ['en', title, ['true', 'false']]);
    assert.deepEqual(await visible(page, 'body'), before);
    assert.ok(await page.evaluate(() => window.same), 'it is the same page');
    for (const text of await visible(page, chrome)) assert.ok(!/\p{Script=Han}/u.test(text), `Chinese in the English page: ${text}`);
  });
}

test('--lang says what a report opens with', async t => {
  for (const name of ['site-zh', 'diff-zh', 'baseline']) {
    const page = await open(t, name);
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh');
    await page.getByRole('button', {name: '全部展开'}).click();
    for (const text of await visible(page, chrome)) assert.ok(!english(text), `${name}: English in the Chinese page: ${text}`);
    for (const text of await visible(page, '.reason')) assert.match(text, /\p{Script=Han}/u, `${name}: a reason in English`);
  }
});

test('the labels of a narrow page speak the language too', async t => {
  const page = await open(t, 'site-zh', {viewport: {width: 360, height: 800}});
  await page.getByRole('button', {name: '全部展开'}).click();
  const labels = await page.locator('.observed td').evaluateAll(list => [...new Set(list.map(td => getComputedStyle(td, '::before').content))]);
  assert.deepEqual(labels.sort(), ['none', '"位置"', '"实际"', '"期望"'].sort());
});
