// The summary of many nodes: it opens at once, its matrix is whole, and it prints.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import {test} from 'node:test';
import {open, violations} from './chromium.mjs';
import {hostile, nodes, report} from './reports.mjs';

test(`${nodes} nodes: opening, matrix, filters`, async t => {
  const page = await open(t, 'fleet');
  const {loaded, painted} = await page.evaluate(() => new Promise(done => new PerformanceObserver(list => done({
    loaded: performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd,
    painted: list.getEntriesByName('first-contentful-paint')[0].startTime,
  })).observe({type: 'paint', buffered: true})));
  t.diagnostic(`DOMContentLoaded after ${Math.round(loaded)} ms, first paint after ${Math.round(painted)} ms, ${fs.statSync(report('fleet')).size >> 10} KiB`);
  assert.ok(loaded < 3000 && painted < 3000, `${loaded} ms, ${painted} ms`);

  const rows = page.locator('.matrix tbody tr');
  assert.equal(await rows.count(), nodes);
  const columns = await page.locator('.matrix thead th').count();
  assert.ok(columns > 90, `${columns} columns`);
  assert.equal(await page.locator('.matrix tbody td').count(), nodes * (columns - 1), 'a verdict for each control on each node');
  // What the list says of a control is what its column shows.
  const control = await page.locator('.count tbody tr').first().evaluate(r => ({nodes: +r.cells[0].innerText, id: r.cells[2].querySelector('code').innerText}));
  const shown = await page.locator('.matrix table').evaluate((table, id) => {
    const column = [...table.tHead.rows[0].cells].findIndex(c => c.innerText.trim() === id);
    return [...table.tBodies[0].rows].filter(r => /^[FBE]$/.test(r.cells[column].innerText.trim())).length;
  }, control.id);
  assert.equal(shown, control.nodes, control.id);
  // The worst node comes first, the worst control too.
  const worst = await rows.evaluateAll(list => list.map(r => [...r.cells].filter(c => /^[FBE]$/.test(c.innerText.trim())).length));
  assert.ok(worst[0] >= worst.at(-1), `${worst[0]} and ${worst.at(-1)}`);

  const start = Date.now();
  await page.fill('#find', 'w017');
  assert.deepEqual(await page.locator('.matrix tbody tr:not([hidden]) th').allInnerTexts(), ['w017']);
  assert.ok(Date.now() - start < 3000);
  await page.fill('#find', '');
  await page.check('input[name=severity][value=high]');
  assert.ok((await page.locator('.count tbody tr:not([hidden]) .sev').allInnerTexts()).every(s => s === 'high'));
  assert.match(await page.locator('.note').innerText(), /torn\.json/, 'what could not be read is named');
  assert.ok((await page.locator('.matrix tbody th').allInnerTexts()).some(name => name.includes(hostile[0])), 'a hostile name is text');
});

test('printed it is at most 12 pages', async t => {
  const page = await open(t, 'fleet');
  const file = report('fleet') + '.pdf';
  await page.pdf({path: file, format: 'A4', preferCSSPageSize: true});
  const text = execFileSync('pdftotext', ['-layout', file, '-'], {encoding: 'utf8'});
  const pages = text.split('\f').length - 1;
  t.diagnostic(`${pages} pages`);
  assert.ok(pages <= 12, `${pages} pages`);
  for (const name of ['w000', 'w199', 'Open, most severe first', 'The cluster, judged once']) assert.ok(text.includes(name), `${name} is printed`);
  assert.ok(!text.includes('English'), 'no button is printed');
});

for (const [what, name, options] of [
  ['light', 'fleet-small', {colorScheme: 'light'}],
  ['dark, in Chinese', 'fleet-zh', {colorScheme: 'dark'}],
  ['a phone', 'fleet-small', {viewport: {width: 360, height: 740}, hasTouch: true, isMobile: true}],
]) {
  test(`axe-core finds nothing in a summary: ${what}`, async t => {
    const page = await open(t, name, options);
    assert.deepEqual(await violations(page), []);
  });
}

test(`axe-core finds nothing in the summary of ${nodes} nodes`, async t => {
  const page = await open(t, 'fleet');
  assert.deepEqual(await violations(page), []);
});
