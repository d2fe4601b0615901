// node screenshot.mjs FILE writes the picture of a report that docs/ shows: its top,
// at the scale of a plain screen.
import {launch} from './launch.mjs';
import {report} from './reports.mjs';
import {pathToFileURL} from 'node:url';

const browser = await launch();
const page = await browser.newPage({viewport: {width: 1120, height: 1440}, colorScheme: 'light', offline: true});
await page.goto(pathToFileURL(report('site')).href);
await page.mouse.move(0, 0);
await page.screenshot({path: process.argv[2]});
await browser.close();
