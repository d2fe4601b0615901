// Debian's Chromium, without what it asks of its maker's servers.
import {chromium} from 'playwright-core';

/** launch starts it, with a profile directory of its own that goes with it. */
export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
