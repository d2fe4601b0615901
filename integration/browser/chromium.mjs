// Debian's Chromium, cut off from every network, and what a page did in it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {after, before} from 'node:test';
import {pathToFileURL} from 'node:url';
import {launch} from './launch.mjs';
import {report} from './reports.mjs';

const axe = fs.readFileSync(new URL('./node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/**
 * open shows a report, with options of a browser context. Every page has to
 * ask for nothing but its own file, break no rule of its policy, and be silent
 * on the console: when the test ends that is asserted, unless it takes the
 * lists itself with { watched: false }.
 */
export const open = async (t, name, {watched = true, anchor = '', ...options} = {}) => {
  const context = await browser.newContext({viewport: {width: 1200, height: 900}, offline: true, serviceWorkers: 'block', ...options});
  const page = await context.newPage();
  const did = {requests: [], violations: [], console: []};
  page.on('request', r => did.requests.push(r.url()));
  page.on('console', m => did.console.push(m.text()));
  page.on('pageerror', e => did.console.push(String(e)));
  page.on('dialog', d => { did.console.push('dialog: ' + d.message()); d.dismiss(); });
  await page.exposeFunction('sawViolation', text => did.violations.push(text));
  await page.addInitScript(() => document.addEventListener('securitypolicyviolation', e => window.sawViolation(`${e.effectiveDirective} ${e.blockedURI} ${e.sample}`)));
  const url = pathToFileURL(report(name)).href;
  await page.goto(url + anchor);
  t.after(async () => {
    if (watched) assert.deepEqual(did, {requests: [url], violations: [], console: []}, 'the page stays alone and silent');
    await context.close();
  });
  page.did = did;
  return page;
};

/** violations runs every rule of axe-core, those of best practice too. */
export const violations = async page => {
  await layOut(page);
  await page.evaluate(axe);
  const {violations, passes} = await page.evaluate(() => window.axe.run(document, {resultTypes: ['violations']}));
  assert.ok(passes.length > 20, `axe looked at the page: ${passes.length} rules passed`);
  return violations.map(v => `${v.id} (${v.impact}): ${v.help}: ${v.nodes.length} × ${v.nodes[0].target} ${v.nodes[0].failureSummary}`);
};

/**
 * visible are the texts of those elements that a reader can see. What is far
 * from the window is not laid out before it is near, and would have no text.
 */
export const visible = async (page, selector) => {
  await layOut(page);
  return page.locator(selector).evaluateAll(list => list.filter(e => e.checkVisibility({visibilityProperty: true})).map(e => e.innerText.trim()));
};

/** layOut lays out the whole page at once; the policy is not about a sheet of script. */
export const layOut = page => page.evaluate(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('.section, .control, .change { content-visibility: visible !important }');
  document.adoptedStyleSheets = [sheet];
});

/** shown are the controls that the filters leave. */
export const shown = page => page.locator('.control:not([hidden])').evaluateAll(list =>
  list.map(e => ({id: e.dataset.id, status: e.dataset.status, level: e.dataset.level, severity: e.dataset.severity, state: e.dataset.state})));
