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
  const joined = text('-raw').map(page => page.split('\n').filter(line => !/^\s*(harden ·.*UTC|(sha256:[0-9a-f]{64})?\s*\d+ \/ \d+|sha256:[0-9a-f]{64})\s*$/.test(line)).join('')).join('').replaceAll(/\s+/g, '');
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
      const text = e => [...e.childNodes].map(n => n.nodeType === 3 ? n.data : other.has(n) || n.className === 'diff-of' || n.className === 'copy' ? '' : text(n)).join('');
      const brief = ['compliant', 'not-applicable'].includes(c.dataset.status); // a line alone, on paper
      return [...c.querySelectorAll(brief ? '.id, .title' : '.id, .title, .why, .reason, .run, .fix > p')].filter(e => !e.closest(`div[lang=${lang === 'zh' ? 'en' : 'zh'}]`)).map(text);
    }), zh ? 'zh' : 'en');
    assert.equal(parts.length, 131);
    for (const part of parts.flat()) has(print, part);
    has(print, '+podPidsLimit: 4096');
    // The first page is a cover: of what, by whom, when, what came out, fields to sign, what the words mean.
    const cover = print.pages[0].replaceAll(/\s+/g, '');
    for (const text of zh ? ['执行人', '命令', 'hardencheck', '检查人', '签名', '判定的含义', '未满足的控制项'] : ['Runby', 'Command', 'hardencheck', 'Examinedby', 'Signature', 'Whattheverdictsmean', 'Open,mostseverefirst']) {
      assert.ok(cover.includes(text), `${text} is on the first page`);
    }
    const digest = await page.locator('.facts code').last().textContent();
    for (const text of zh ? ['全部展开', '清除筛选', '中文', 'English', '跳到控制项'] : ['Unfold all', 'Clear filters', '中文', 'English', 'Skip to']) {
      assert.ok(!print.joined.includes(text.replaceAll(' ', '')), `${text} is of no use on paper`);
    }
    assert.ok(print.pages.length <= 12, `${print.pages.length} pages for 131 controls`);
    print.pages.forEach((text, i) => {
      assert.ok(text.includes(`${i + 1} / ${print.pages.length}`), `page ${i + 1} has its number`);
      assert.ok(text.includes(digest), `page ${i + 1} has the digest`);
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
