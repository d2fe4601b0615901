// Sections, controls and changes fold; links unfold what they lead to.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {layOut, open, shown, visible} from './chromium.mjs';

const unfolded = page => page.locator('.control').evaluateAll(list => list.filter(c => c.open).length);

test('a control unfolds by a click, by Enter and by Space', async t => {
  const page = await open(t, 'site');
  const control = page.locator('.control').nth(4), summary = control.locator('> summary'), body = control.locator('.body');
  assert.equal(await unfolded(page), 0, 'a report opens as a list');
  for (const [how, act] of [['click', () => summary.click()], ['Enter', () => summary.press('Enter')], ['Space', () => summary.press(' ')]]) {
    await act();
    assert.ok(await body.isVisible(), `${how} unfolds`);
    assert.equal(await unfolded(page), 1);
    await act();
    assert.ok(!await body.isVisible(), `${how} folds`);
  }
  const section = page.locator('.section').first();
  await section.locator('> summary').press('Enter');
  assert.ok(!await summary.isVisible(), 'with its section a control folds');
});

test('all are unfolded and folded at once, but not those that are filtered out', async t => {
  const page = await open(t, 'site');
  const all = await shown(page);
  await page.locator('.section > summary').first().click();
  await page.getByRole('button', {name: 'Unfold all'}).click();
  assert.equal(await unfolded(page), all.length);
  assert.ok(await page.locator('.body').evaluateAll(list => list.every(b => b.checkVisibility())), 'in unfolded sections');
  await page.getByRole('button', {name: 'Fold all', exact: true}).click();
  assert.equal(await unfolded(page), 0);
  await page.check('input[name=status][value=error]');
  await page.getByRole('button', {name: 'Unfold all'}).click();
  await page.uncheck('input[name=status][value=error]');
  assert.equal(await unfolded(page), all.filter(c => c.status === 'error').length);
});

test('a link unfolds what it leads to, also what is filtered out', async t => {
  const page = await open(t, 'site');
  await page.fill('#find', 'no such text');
  const link = page.locator('.decisions a').first();
  const target = page.locator(await link.getAttribute('href'));
  await link.click();
  assert.ok(await target.evaluate(d => d.open && d.checkVisibility() && d.querySelector('summary') === document.activeElement));
  assert.equal(await page.inputValue('#find'), '');
  await target.locator('> summary').click();
  await link.click();
  assert.ok(await target.evaluate(d => d.open), 'also a second time');

  const fix = page.locator('.fix a').first();
  await fix.evaluate(a => { a.closest('.control').open = true; });
  const change = page.locator(await fix.getAttribute('href'));
  await fix.click();
  assert.ok(await change.evaluate(d => d.open && d.getBoundingClientRect().top < innerHeight), 'the change with its diff');
});

test('an address with a control in it opens there', async t => {
  const page = await open(t, 'site', {anchor: '#c7'});
  assert.ok(await page.locator('#c7').evaluate(d => d.open));
});

test('what a finding shows: expected, actual, place, fix, diff, waiver', async t => {
  const page = await open(t, 'site');
  await page.getByRole('button', {name: 'Unfold all'}).click();
  await layOut(page);
  const drift = page.locator('[data-id="cis-1.12/1.1.9"]');
  const text = await drift.innerText();
  for (const part of ['cni-config-mode', 'at most 0600', '0644', '/etc/cni/net.d/10-bridge.conflist', 'Why:', 'Fix: set the mode of /etc/cni/net.d/10-bridge.conflist to 0600', 'What it can break:']) {
    assert.ok(text.includes(part), `${part} in\n${text}`);
  }
  assert.equal(text.split('Restrict the mode of the CNI configuration').length, 2, 'a title that control and rule share stands once');
  assert.equal(text.split('0644').length, 2, 'what was found stands once');
  assert.equal(await page.locator('.section h3').first().innerText(), '1.1 Control plane files', 'a section without the name of the profile that the site extends');
  const manual = page.locator('[data-id="cis-1.12/3.1.3"]');
  assert.equal(await manual.locator('pre.run code').first().innerText(), 'kubeadm token list');
  assert.match(await manual.innerText(), /Pass if: there are none[^]*No attestation yet: harden attest cis-1\.12\/3\.1\.3/);
  assert.equal(await manual.locator('.copy').count(), await manual.locator('pre.run').count(), 'each command has a button');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await manual.locator('.copy').first().click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'kubeadm token list');
  assert.ok(text.indexOf('Why:') < text.indexOf('SETTING') || text.indexOf('Why:') < text.indexOf('Setting'), 'why comes first');
  assert.match(await page.locator('[data-id="cis-1.12/1.2.15"]').innerText(), /the waiver expired on 2020-01-31 \(profiles were needed for one incident\)/);
  assert.match(await page.locator('[data-id="cis-1.12/4.1.1"]').innerText(), /OPS-311 is done \(until 2999-06-30\)/);
  assert.match(await page.locator('[data-id="cis-1.12/1.4.1"]').innerText(), /kube-scheduler\.yaml: line \d+/);
  const diff = page.locator('.change', {hasText: '/var/lib/kubelet/config.yaml'}).first();
  await diff.locator('> summary').click();
  assert.ok((await diff.locator('pre ins').allInnerTexts()).includes('+ podPidsLimit: 4096'), 'a diff of the file');
  assert.deepEqual((await visible(page, '.decisions tbody tr')).map(row => row.replaceAll(/\s+/g, ' ')), [
    '1.2.15 Waiver profiles were needed for one incident profile 2020-01-31 expired',
    '4.1.1 Waiver the package owns the unit until ticket OPS-311 is done profile 2999-06-30',
    '5.1.1 Attested reviewed in CHG-481 alice 2026-11-22 2999-12-31',
    '5.1.3 Found open 还有两个角色使用通配符，计划在下个维护窗口内删除 bob 2026-11-22 2999-12-31',
    '5.1.4 Attested it was fine carol 2020-01-02 2020-12-31 expired',
  ]);
});
