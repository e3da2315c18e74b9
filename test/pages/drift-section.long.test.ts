/** The section about drift on the status page, in Chromium: what it shows, by keyboard, at two widths. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { DriftPicture, ShownDrift } from '../../functions/api/drift-schemas.ts';
import { driftStanding } from '../../functions/standing/drift.ts';
import { standingOf } from '../../functions/standing/standing.ts';
import { type DocsFunction, loadDocs, SETTINGS } from '../docs/docs-function.ts';
import { driftReport } from '../standing/drift-reports.ts';
import { reading } from '../standing/readings.ts';
import { accessibilityFaults, describeInBrowser, launch, open, type Watched } from './browser.ts';
import { type PageServer, servePage } from './page-server.ts';

const CAR = { label: 'car', confidence: 0.9, box: { x: 60, y: 90, width: 120, height: 80 } };

/** Twelve pictures, in turn of these files. */
function picturesOf(url: string, files: readonly string[]): DriftPicture[] {
  return Array.from({ length: 12 }, (_, index) => ({
    id: `${files[0]}-${index}`,
    url: `${url}/docs/samples/${files[index % files.length]}`,
    width: 720,
    height: 480,
    detections: index === 1 ? [] : [CAR, { ...CAR, box: { ...CAR.box, x: 300 } }],
  }));
}

/** Where screenshots are written, to look at them. */
const SHOTS = process.env.SCREENSHOTS;

describeInBrowser('the drift on the status page', () => {
  let browser: Browser;
  let docs: DocsFunction;
  let server: PageServer;
  let drift: ShownDrift | undefined;

  beforeAll(async () => {
    browser = await launch();
    const [cars, others] = SETTINGS.endpoints;
    if (!cars || !others) throw new Error('Expected two endpoints in the settings');
    docs = await loadDocs({ ...SETTINGS, endpoints: [{ ...cars, drift: true }, others] });
    const rest = { ...standingOf(reading), needs_a_person: false, gates: [], history: [] };
    server = await servePage(docs, (path) => {
      if (path === '/count-cars/status') return { json: { ...rest, ...(drift && { drift }) } };
      return path === '/predict/status' ? { json: { ...rest, endpoint: 'predict' } } : undefined;
    });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    docs?.remove();
  });

  const withPictures = (state: 'quiet' | 'drift'): ShownDrift => ({
    ...driftStanding(driftReport({ state }), '3'),
    pictures: {
      before: picturesOf(server.url, ['cars.jpg', 'apples.jpg']),
      after: picturesOf(server.url, ['empty-road.jpg']),
    },
  });
  const visit = (width = 1280): Promise<Watched> =>
    open(browser, `${server.url}/status`, { viewport: { width, height: 860 } }, '.verdict');
  const section = (page: Page) => page.locator('section[aria-labelledby="of-count-cars"] .drift');

  test.each([360, 1280])('shows what has changed and pictures with boxes, %i pixels wide', async (width) => {
    drift = withPictures('drift');
    const { page, complaints } = await visit(width);
    const shown = section(page);
    expect(await shown.getByRole('heading', { name: 'Drift' }).isVisible()).toBe(true);
    expect(await shown.locator('.badge').textContent()).toBe('changed');
    expect(await shown.locator('p').first().textContent()).toBe(
      'darker by 62 % (110 → 42), since Tuesday 24 November 2026, 14:00 UTC (found 2026-11-24 17:00 UTC)',
    );
    expect(await shown.locator('dd').allTextContents()).toEqual([
      '2026-11-02 00:00 – 2026-11-09 00:00 UTC: 7012 pictures of 4633 scenes',
      '2026-11-09 00:00 – 2026-11-24 17:00 UTC: 16240 pictures of 10731 scenes',
    ]);
    expect(await shown.locator('p.fine').textContent()).toBe(
      'What to do: Drift in docs/runbook.md. In a terminal: npm run drift -- count-cars.',
    );
    expect(await shown.locator('.picture').count()).toBe(24);
    const first = shown.getByRole('link', { name: 'Before: 2 × car' }).first();
    await first.scrollIntoViewIfNeeded();
    await first.locator('img').evaluate((img) => (img as unknown as { decode(): Promise<void> }).decode());
    expect(await first.locator('rect.stroke').count()).toBe(2);
    const [before, after] = [first, shown.getByRole('link', { name: 'After: 2 × car' }).first()];
    const [left, right] = [await before.boundingBox(), await after.boundingBox()];
    expect(left?.y).toBe(right?.y);
    expect((left?.x ?? 0) + (left?.width ?? 0)).toBeLessThan(right?.x ?? 0);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
    if (SHOTS) {
      mkdirSync(SHOTS, { recursive: true });
      await page.screenshot({ path: join(SHOTS, `drift-${width}.png`), fullPage: true });
    }
    await page.context().close();
  });

  test('is opened by keyboard where there is no drift, and loads no picture before', async () => {
    drift = withPictures('quiet');
    const { page, requests } = await visit();
    const summary = section(page).locator('summary');
    expect(await summary.textContent()).toBe('Pictures before and after: 12 and 12');
    expect(requests.filter((request) => request.includes('/samples/'))).toEqual([]);
    await summary.focus();
    await page.keyboard.press('Enter');
    const first = section(page).getByRole('link').first();
    await first.locator('img').evaluate((img) => (img as unknown as { decode(): Promise<void> }).decode());
    await page.keyboard.press('Tab');
    expect(await first.evaluate((link) => link === link.ownerDocument.activeElement)).toBe(true);
    await page.context().close();
  });

  test('stays as it is while only addresses of pictures change', async () => {
    drift = withPictures('drift');
    const { page } = await visit();
    await page.clock.install();
    await page.reload();
    const link = section(page).getByRole('link').first();
    await link.focus();
    const readAgain = async () => {
      const answer = page.waitForResponse('**/count-cars/status');
      await page.clock.runFor(3000);
      await answer;
    };
    const again = picturesOf(`${server.url}/x`, ['cars.jpg', 'apples.jpg']);
    drift = { ...drift, pictures: { before: again, after: drift.pictures?.after ?? [] } };
    await readAgain();
    expect(await link.evaluate((a) => a === a.ownerDocument.activeElement)).toBe(true);
    drift = { ...drift, words: 'less sharp by 40 % (0.5 → 0.3)' };
    await readAgain();
    await section(page).getByText('less sharp by 40 %').waitFor();
    await page.context().close();
  });

  test('is not there without the setting', async () => {
    drift = undefined;
    const { page } = await visit();
    expect(await section(page).isVisible()).toBe(false);
    expect(await section(page).textContent()).toBe('');
    await page.context().close();
  });
});
