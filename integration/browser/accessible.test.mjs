// The page by keyboard, and as a screen reader is told of it.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {layOut, open, violations} from './chromium.mjs';

const clean = async (page, what) => assert.deepEqual(await violations(page), [], what);

const unfold = async page => {
  await page.locator('#unfold').click();
  await page.locator('.change').evaluateAll(list => list.forEach(c => { c.open = true; }));
};

test('axe-core finds nothing in a whole report, folded and unfolded', async t => {
  const page = await open(t, 'site');
  await clean(page, 'as it opens');
  await unfold(page);
  await clean(page, 'everything unfolded');
});

// The short reports have every verdict and every kind of finding in them.
for (const [what, name, options] of [
  ['light', 'short', {colorScheme: 'light'}],
  ['dark', 'short', {colorScheme: 'dark'}],
  ['Chinese', 'short-zh', {}],
  ['a phone', 'short', {viewport: {width: 360, height: 740}, hasTouch: true, isMobile: true}],
  ['a comparison', 'diff', {}],
  ['a dark comparison, in Chinese', 'diff-zh', {colorScheme: 'dark'}],
  ['nothing open', 'sound', {}],
  ['hostile names', 'hostile', {}],
]) {
  test(`axe-core finds nothing: ${what}`, async t => {
    const page = await open(t, name, options);
    await unfold(page);
    await clean(page, what);
  });
}

test('axe-core finds nothing: filtered, in light and in dark', async t => {
  for (const colorScheme of ['light', 'dark']) {
    const page = await open(t, 'short', {colorScheme});
    assert.equal(await page.locator('input[name=status]').count(), 7, 'every verdict');
    await page.check('input[name=status][value=drift]');
    await page.fill('#find', 'apiserver');
    await clean(page, 'some');
    await page.fill('#find', 'no such text');
    await clean(page, 'none');
  }
});

test('axe-core finds what is wrong', async t => {
  const page = await open(t, 'short');
  await page.evaluate(() => {
    document.querySelector('label[for=find]').remove();
    document.querySelector('main').before(document.createElement('h4'));
    document.querySelector('.title').style.color = '#ddd'; // by script, which the policy allows
  });
  const found = (await violations(page)).map(v => v.split(' ')[0]);
  for (const rule of ['label', 'color-contrast', 'empty-heading']) assert.ok(found.includes(rule), `${rule} among ${found}`);
});

test('nothing is wider than a narrow window', async t => {
  for (const name of ['short', 'short-zh', 'diff', 'hostile']) {
    const page = await open(t, name, {viewport: {width: 320, height: 740}});
    await page.locator('#unfold').click();
    await page.locator('.change').evaluateAll(list => list.forEach(c => { c.open = true; }));
    await layOut(page);
    const wide = await page.evaluate(() => [document.documentElement.scrollWidth, ...[...document.querySelectorAll('main *, header *')]
      .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('thead, svg')).slice(0, 3).map(e => e.outerHTML.slice(0, 120))]);
    assert.deepEqual(wide, [320], name);
  }
});

test('the keyboard reaches everything in order, and shows where it is', async t => {
  for (const [name, colorScheme] of [['site', 'light'], ['short', 'dark']]) {
    const page = await open(t, name, {colorScheme});
    // What ought to be reached: in the order in which it stands on the page.
    const want = await page.evaluate(() => {
      const all = [...document.querySelectorAll("a, button, input, select, summary")].filter(e => e.checkVisibility());
      for (const [i, e] of all.entries()) e.dataset.stop = i;
      return all.length;
    });
    assert.ok(want > 40, `${want} controls`);
    for (let i = 0; i < want; i++) {
      await page.keyboard.press('Tab');
      const {stop, outline, inView, name} = await page.evaluate(() => {
        const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
        return {stop: Number(e.dataset.stop), name: e.outerHTML.slice(0, 80), inView: box.width > 0 && box.top < innerHeight && box.bottom > 0 && box.left >= 0,
          outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && style.outlineColor !== getComputedStyle(document.body).backgroundColor};
      });
      assert.equal(stop, i, `the ${i}th stop is ${name}`);
      assert.ok(outline, `the focus shows on ${name}`);
      assert.ok(inView, `${name} is in the window`);
    }
    await page.keyboard.press('Shift+Tab');
    assert.equal(await page.evaluate(() => Number(document.activeElement.dataset.stop)), want - 2, 'and back');
  }
});

test('the first stop leads past the head of the page', async t => {
  const page = await open(t, 'site');
  await page.keyboard.press('Tab');
  assert.ok(await page.getByText('Skip to the controls').evaluate(span => span.closest('a') === document.activeElement && span.getBoundingClientRect().left >= 0));
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.ok(await page.locator('#find').evaluate(i => i === document.activeElement), 'the next stop is the first filter');
});

test('filters work by keyboard and name themselves', async t => {
  const page = await open(t, 'site');
  await page.getByRole('searchbox', {name: 'Find'}).focus();
  await page.keyboard.type('profiling');
  await page.getByRole('group', {name: 'Status'}).getByRole('checkbox', {name: /^FAIL/}).focus();
  await page.keyboard.press(' ');
  assert.match(await page.getByRole('status').innerText(), /^[1-9]\d* of \d+ controls shown$/, 'which a screen reader says by itself');
  assert.ok(await page.getByRole('button', {name: 'English', pressed: true}).isVisible());
  assert.ok(await page.getByRole('img', {name: /judged controls pass.*PASS \d+/s}).isVisible(), 'the chart tells its numbers');
});
