import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Paths of Chromium in distributions; `CHROMIUM` gives another one. */
const PATHS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of Chromium. Absent: this machine has none. */
export const chromiumPath = PATHS.find((path) => path && existsSync(path));

/** `describe` with a browser. Without one, the tests are skipped, and their name gives the reason. */
export const describeInBrowser = chromiumPath
  ? (name: string, body: () => void) => describe(name, body)
  : (name: string, body: () => void) =>
      describe.skip(`${name} (no Chromium: apt-get install chromium, or set CHROMIUM to its path)`, body);

export function launch(): Promise<Browser> {
  // Because Chromium does not run its sandbox as root, the user of most containers.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: chromiumPath ?? '', args });
}

/** A page with its errors and requests. */
export interface Watched {
  readonly page: Page;
  /** Errors of scripts, and everything on the console at the level of error or warning. */
  readonly complaints: string[];
  /** Every request but those for `blob:` and `data:`, as "METHOD url". */
  readonly requests: string[];
}

/** Opens a page in a new context and records from the start. @param ready selector that appears when it is ready */
export async function open(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  ready = '.operation',
): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (/^https?:/.test(request.url())) requests.push(`${request.method()} ${request.url()}`);
  });
  await page.goto(url);
  await page.locator(ready).first().waitFor();
  return { page, complaints, requests };
}

/** Serious and critical findings of axe-core as text. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  const { source } = await import('axe-core');
  await page.evaluate(source);
  const violations = (await page.evaluate('axe.run().then(({ violations }) => violations)')) as Violation[];
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string }[];
}
