// Printed, a report is whole: nothing is folded, nothing is there to click.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {test} from 'node:test';
import {open, shown} from './chromium.mjs';
import {report} from './reports.mjs';

const pdf = async (page, name) => {
  const file = path.join(path.dirname(report('site')), name + '.pdf');
  await page.pdf({path: file, format: 'A4', preferCSSPageSize: true});
  const text = (...how) => execFileSync('pdftotext', [...how, file, '-'], {encoding: 'utf8'}).split('\f').slice(0, -1);
  const pages = text('-layout');
  // Without the lines in the margins, so that what a page's end cuts is whole.
  const joined = text('-raw').map(page => page.split('\n').filter(line => !/^\s*(harden ·.*UTC|\d+ \/ \d+)\s*$/.test(line)).join('')).join('').replaceAll(/\s+/g, '');
  fs.rmSync(file);
  return {pages, joined};
};

const has = (print, text) => assert.ok(print.joined.includes(text.replaceAll(/\s+/g, '')), `${text} is printed`);

for (const [name, javaScriptEnabled] of [['site', true], ['site-zh', true], ['site', false]]) {
  test(`${name}: every control is printed, what passes in a line${javaScriptEnabled ? '' : ', without script too'}`, async t => {
    const page = await open(t, name, {javaScriptEnabled});
    const print = await pdf(page, name);
    const zh = name.endsWith('zh');
    // What stands in each control, by the page itself: titles, reasons, rules, fixes.
    const parts = await page.locator('.control').evaluateAll((list, lang) => list.map(c => {
      const other = new Set(c.querySelectorAll(`span[lang=${lang === 'zh' ? 'en' : 'zh'}]`));
      const text = e => [...e.childNodes].map(n => n.nodeType === 3 ? n.data : other.has(n) ? '' : text(n)).join('');
      const brief = ['compliant', 'not-applicable'].includes(c.dataset.status); // a line alone, on paper
      return [...c.querySelectorAll(brief ? '.id, .title' : '.id, .title, .why, .reason, .fix > p')].map(text);
    }), zh ? 'zh' : 'en');
    assert.equal(parts.length, 131);
    for (const part of parts.flat()) has(print, part);
    has(print, '+podPidsLimit: 4096');
    has(print, zh ? '判定的含义' : 'What the verdicts mean');
    for (const text of zh ? ['全部展开', '清除筛选', '中文', 'English', '跳到控制项'] : ['Unfold all', 'Clear filters', '中文', 'English', 'Skip to']) {
      assert.ok(!print.joined.includes(text.replaceAll(' ', '')), `${text} is of no use on paper`);
    }
    assert.ok(print.pages.length <= 12, `${print.pages.length} pages for 131 controls`);
    print.pages.forEach((text, i) => {
      assert.ok(text.includes(`${i + 1} / ${print.pages.length}`), `page ${i + 1} has its number`);
      assert.match(text, /^\s*harden ·\s*site 1\.2\.0 ·\s*node1 ·/, `page ${i + 1} says of what it is`);
      assert.ok(text.split('\n').filter(line => line.trim()).length >= 8 || i === print.pages.length - 1, `page ${i + 1} is not empty:\n${text}`);
    });
    t.diagnostic(`${name}: ${print.pages.length} pages`);
    if (javaScriptEnabled) assert.equal(await page.locator('.control[open]').count(), 0, 'afterwards all is folded as before');
  });
}

test('what is filtered out is not printed', async t => {
  const page = await open(t, 'site');
  await page.check('input[name=status][value=error]');
  const [first] = await shown(page);
  const print = await pdf(page, 'filtered');
  has(print, first.id.split('/')[1]);
  has(print, 'Disable scheduler profiling');
  assert.ok(!print.joined.includes('CNIconfiguration:restrictivemode'));
});

test('a dark page is printed on white', async t => {
  const page = await open(t, 'site', {colorScheme: 'dark'});
  await page.emulateMedia({media: 'print', colorScheme: 'dark'});
  assert.deepEqual(await page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]), ['rgb(255, 255, 255)', 'rgb(28, 32, 36)']);
});
