// The chart, the table and the filters tell the same numbers.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {open, shown, visible} from './chromium.mjs';

const tally = (rows, key) => {
  const counts = {};
  for (const row of rows) counts[row[key]] = (counts[row[key]] ?? 0) + 1;
  return counts;
};

for (const [name, key] of [['site', 'status'], ['site-zh', 'status'], ['baseline', 'status'], ['diff', 'state']]) {
  test(`${name}: chart, legend, sections and filters count the rows`, async t => {
    const page = await open(t, name);
    const rows = await shown(page);
    const counts = tally(rows, key);
    const chart = await page.locator('.chart rect').evaluateAll(list => list.map(r => [r.getAttribute('class').slice(2), Number(r.getAttribute('x')), Number(r.getAttribute('width'))]));
    assert.deepEqual(chart.map(([k]) => k).sort(), Object.keys(counts).sort());
    let end = 0;
    for (const [k, x, width] of chart) {
      assert.ok(Math.abs(width - 1000 * counts[k] / rows.length) < 0.01, `${k} is ${width} wide, for ${counts[k]} of ${rows.length}`);
      assert.ok(Math.abs(x - end) < 0.01, `${k} begins where the one before ends`);
      end = x + width;
    }
    const legend = await page.locator('#legend li').evaluateAll(list => list.map(li => [li.querySelector('.dot').className.replace('dot b-', ''), Number(li.querySelector('b').textContent)]));
    assert.deepEqual(Object.fromEntries(legend), counts);
    for (const kind of new Set([key, 'status', 'level'])) {
      const chips = await page.locator(`input[name=${kind}]`).evaluateAll(list => list.map(i => [i.value, Number(i.parentElement.querySelector('.n').textContent)]));
      if (chips.length) assert.deepEqual(Object.fromEntries(chips), tally(rows, kind), kind);
    }
    const sections = await page.locator('.section').evaluateAll(list => list.map(s => [s.querySelectorAll('.control').length, [...s.querySelector('.counts').textContent.matchAll(/\d+/g)].reduce((n, m) => n + Number(m[0]), 0)]));
    for (const [controls, counted] of sections) assert.equal(counted, controls);
    assert.equal(sections.reduce((n, [controls]) => n + controls, 0), rows.length);
  });
}

test('the headline counts what is open', async t => {
  const page = await open(t, 'site');
  const all = await shown(page), counts = tally(all, 'status');
  assert.ok(counts.error > 0 && counts.waived > 0 && counts.manual > 0 && counts.blocked > 0 && counts.drift > 0 && counts.compliant > 0, JSON.stringify(counts));
  const open_ = counts.drift + counts.blocked + counts.error, judged = open_ + counts.compliant + counts.waived;
  const severities = ['critical', 'high', 'medium', 'low'].map(s => [s, all.filter(c => ['drift', 'blocked', 'error'].includes(c.status) && c.severity === s).length]).filter(([, n]) => n);
  const told = severities.reduce((n, [, k]) => n + k, 0) < open_ ? ` · ${open_ - severities.reduce((n, [, k]) => n + k, 0)} without severity` : '';
  assert.equal(await page.locator('#result').innerText(), `${counts.compliant} of ${judged} judged controls pass (${Math.floor(100 * counts.compliant / judged)} %) · ${severities.map(([s, n]) => `${n} ${s}`).join(' · ')}${told}`);
  assert.ok(await page.getByText(`${open_} of ${all.length} controls open: they fail, are blocked, or could not be checked.`).isVisible());
  assert.equal(await (await open(t, 'sound')).locator('#result').innerText(), '2 of 2 judged controls pass (100 %)');
});

test('filters by status, level and text, and all of them together', async t => {
  const page = await open(t, 'site');
  const all = await shown(page);
  const is = async (want, what) => {
    assert.deepEqual(await shown(page), want, what);
    assert.equal(await page.locator('#shown').innerText(), `${want.length} of ${all.length} controls shown`);
    const empty = await page.locator('.section').evaluateAll(list => list.filter(s => s.checkVisibility() && !s.querySelector('.control:not([hidden])')).length);
    assert.equal(empty, 0, 'a section without a control is not shown');
  };
  const {length} = await page.locator('input[name=status]').all();
  assert.ok(length >= 7);
  for (const status of new Set(all.map(c => c.status))) {
    await page.check(`input[name=status][value=${status}]`);
    await is(all.filter(c => c.status === status), status);
    await page.uncheck(`input[name=status][value=${status}]`);
  }
  await page.check('input[name=status][value=drift]');
  await page.check('input[name=status][value=error]');
  await is(all.filter(c => c.status === 'drift' || c.status === 'error'), 'two statuses');
  await page.check('input[name=level][value="2"]');
  await is(all.filter(c => (c.status === 'drift' || c.status === 'error') && c.level === '2'), 'and a level');
  await page.getByRole('button', {name: 'Clear filters'}).click();
  await is(all, 'cleared');

  await page.fill('#find', 'APISERVER-profiling');
  await is(all.filter(c => c.id === 'cis-1.12/1.2.15'), 'a rule, whatever the case');
  await page.fill('#find', 'cis-1.12/1.2.15');
  await is(all.filter(c => c.id === 'cis-1.12/1.2.15'), 'the whole id');
  await page.fill('#find', '/etc/cni mode');
  assert.ok((await shown(page)).some(c => c.id === 'cis-1.12/1.1.9'), 'two words, of a path and of a setting');
  await page.fill('#find', '审计');
  const audited = await shown(page);
  assert.ok(audited.length > 0 && audited.length < 20, 'Chinese is found while English is shown');
  await page.check('input[name=status][value=drift]');
  await is(audited.filter(c => c.status === 'drift'), 'text and status');

  await page.fill('#find', 'no such text');
  await is([], 'nothing');
  assert.deepEqual(await visible(page, '#none'), ['No control matches the filters.']);
  await page.locator('button[data-lang=zh]').click();
  assert.deepEqual(await visible(page, '#none'), ['没有符合筛选条件的控制项。']);
  assert.equal(await page.locator('#shown').innerText(), `显示 0 / ${all.length} 个控制项`);
  await page.getByRole('button', {name: '清除筛选'}).click();
  assert.deepEqual(await visible(page, '#none'), []);
  assert.equal((await shown(page)).length, all.length);
});

test('a framework: only controls that it knows, with its ids alone', async t => {
  const page = await open(t, 'site');
  const all = await shown(page);
  const options = await page.locator('#framework option').evaluateAll(list => list.map(o => o.value));
  assert.deepEqual([...options].sort(), ['', 'attack', 'iso-27001', 'nist-800-53', 'nsa-cisa', 'pci-dss-4.0', 'stig']);
  await page.selectOption('#framework', 'pci-dss-4.0');
  const some = await shown(page);
  assert.ok(some.length > 5 && some.length < all.length, `${some.length} controls`);
  assert.ok(some.some(c => c.id === 'cis-1.12/1.2.27'));
  assert.deepEqual([...new Set(await page.locator('.fw:not([hidden])').evaluateAll(list => list.map(f => f.dataset.fw)))], ['pci-dss-4.0']);
  await page.getByRole('button', {name: 'Clear filters'}).click();
  assert.equal((await shown(page)).length, all.length);
  assert.equal(await page.locator('.fw[hidden]').count(), 0);
});

test('a comparison is filtered by what changed', async t => {
  const page = await open(t, 'diff');
  const all = await shown(page);
  const states = new Set(all.map(c => c.state));
  assert.ok(['new', 'fixed', 'still'].every(s => states.has(s)), [...states].join());
  for (const state of states) {
    await page.check(`input[name=state][value=${state}]`);
    assert.deepEqual(await shown(page), all.filter(c => c.state === state));
    await page.uncheck(`input[name=state][value=${state}]`);
  }
});
