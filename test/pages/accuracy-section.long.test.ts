import type { Browser } from 'playwright-core';
import { type AccuracyRow, accuracyRow } from '../../functions/api/accuracy-schemas.ts';
import type { EndpointStatus } from '../../functions/api/status-schemas.ts';
import { loadDocs, SETTINGS } from '../docs/docs-function.ts';
import { accessibilityFaults, describeInBrowser, launch, open } from './browser.ts';
import { servePage } from './page-server.ts';

const STATUS: EndpointStatus = {
  endpoint: 'count-cars',
  phase: 'none',
  routing: { version: '1' },
  traffic: 'version 1: 100 %',
  newest_version: '1',
  models: { '1': 'counter-nano' },
  needs_a_person: false,
  gates: [],
  history: [],
};

const DAY = 86_400_000;
const week = (back: number) => {
  const to = Date.UTC(2026, 10, 28) - 7 * back * DAY;
  return { from: to - 7 * DAY, to, model: 'counter-nano 1.0.0 (abcdef01)' };
};
const ROWS: readonly AccuracyRow[] = [
  { by: 'confidences', error: 0.124, low: 0.08, high: 0.171, pictures: 240, decisions: 140 } as const,
  { by: 'nothing', reason: 'decisions', decisions: 27, more: 23 } as const,
].map((estimate, back) => accuracyRow({ ...week(back), estimate }));

describeInBrowser('estimates of accuracy on the status page', () => {
  let browser: Browser;
  let close: () => Promise<void>;
  beforeAll(async () => {
    browser = await launch();
  });
  afterEach(() => close());
  afterAll(() => browser?.close());

  /** Opens the page of an API with these estimates. */
  async function visit(accuracy: readonly AccuracyRow[], width: number) {
    const docs = await loadDocs({ ...SETTINGS, auth: 'none' });
    const json = (endpoint: string) => ({ json: { ...STATUS, endpoint, accuracy } });
    const server = await servePage(docs, (path) => {
      const [, endpoint] = /^\/([^/]+)\/status$/.exec(path) ?? [];
      return endpoint === undefined ? undefined : json(endpoint);
    });
    const watched = await open(browser, `${server.url}/status`, { viewport: { width, height: 800 } }, '.card .badge');
    close = async () => {
      await watched.page.context().close();
      server.close();
      docs.remove();
    };
    return watched;
  }

  test.each([1280, 360])('are shown with their intervals, accessibly, %d pixels wide', async (width) => {
    const { page, complaints } = await visit(ROWS, width);
    const panel = page.getByRole('region', { name: 'Estimated count error of count-cars' });
    await panel.waitFor();
    const [told, cannot] = await panel.getByRole('listitem').allInnerTexts();
    expect(told).toContain('21 Nov – 27 Nov 2026');
    expect(told).toContain('counter-nano 1.0.0');
    expect(told).toContain('about 12 % (8 % to 17 %, 95 %) in 240 pictures');
    expect(cannot).toContain('cannot be told: 23 more decisions needed (27 decisions of 50)');
    expect(await panel.locator('.interval').first().getAttribute('style')).toMatch(/left: 8%; width: 9\.1\d*%/);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('are not shown where people have counted nothing', async () => {
    const { page } = await visit([], 1280);
    await page.getByText('no rollout yet').first().waitFor();
    expect(await page.locator('.accuracy').first().isVisible()).toBe(false);
  });
});
