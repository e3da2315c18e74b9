/** The status page and the report of the API, during the canary of a candidate that misses objects. */

import type { Browser, Page } from 'playwright-core';
import { accessibilityFaults, describeInBrowser, launch, open, type Watched } from '../pages/browser.ts';
import { Assembly } from './assembly.ts';
import { changingDetections, MISSING_ONE_IN_THREE } from './broken-code.ts';
import { inTurns, scenesOf, small } from './pictures.ts';
import { RolloutLaptop } from './rollout-laptop.ts';

jest.setTimeout(300_000);

/** Pixels of each picture: see `scenesOf`. */
const WIDTH = 666;
/** Requests before the rollout, whose pictures the shadow compares. */
const SEEDS = 16;

describeInBrowser('the pages of a rollout', () => {
  let laptop: RolloutLaptop;
  let browser: Browser;
  let watched: Watched;
  let page: Page;

  beforeAll(async () => {
    const [assembly] = await Promise.all([Assembly.synthesize('watched-endpoints.ts', 'watched'), launchBrowser()]);
    laptop = await RolloutLaptop.start(assembly);
    const scenes = await Promise.all(['cars.jpg', 'apples.jpg'].map(async (name) => scenesOf(await small(name), 10)));
    const pictures = inTurns(...scenes);
    await laptop.client.postMany('watched', pictures, SEEDS);
    const code = changingDetections(MISSING_ONE_IN_THREE, { golden: false });
    await laptop.deploy((release) => release.release('watched', { code }));
    await laptop.until('watched', '2', ({ step }) => step.kind === 'weight');
  });
  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
  });

  async function launchBrowser() {
    browser = await launch();
  }

  async function visit(path: string, ready: string, options = {}): Promise<void> {
    watched = await open(browser, `${laptop.laptop.url}${path}`, options, ready);
    page = watched.page;
  }

  afterEach(async () => {
    const own = [laptop.laptop.url, laptop.laptop.aws.replace('localhost', '127.0.0.1')];
    expect(watched.requests.filter((request) => !own.some((origin) => request.includes(` ${origin}/`)))).toEqual([]);
    await page.context().close();
  });

  const card = () => page.locator('section', { has: page.getByRole('heading', { name: 'watched', exact: true }) });
  /** Natural width in pixels of the first matching picture, after it is decoded. */
  const loadedWidth = (selector: string) =>
    page.evaluate(`(async (img) => (await img.decode(), img.naturalWidth))(document.querySelector('${selector}'))`);
  const isTooWide = () => page.evaluate('document.documentElement.scrollWidth > innerWidth');

  test('the status shows traffic, models, steps, verdict and gates of a canary, and updates itself', async () => {
    await visit('/status', '.verdict');
    expect(await card().getByRole('img', { name: 'Live traffic' }).getAttribute('aria-label')).toBe(
      'Live traffic: version 1: 80 %, version 2: 20 %',
    );
    expect(await card().locator('.versions li').allTextContents()).toEqual([
      'version 180 %counter-nano 2.0.0',
      expect.stringMatching(/^version 220 %counter-nano/),
    ]);
    expect(await card().locator('.steps li').allTextContents()).toEqual([
      'done: golden gate',
      'done: shadow of live',
      'current: canary at 20 %',
      'next: all traffic',
    ]);
    expect(await card().locator('.badge').textContent()).toBe('rolling out');
    expect(await card().locator('.verdict').textContent()).toMatch(
      /^Version 2: hold.*of at least 100000 requests.*more requests of the candidate for the minimum of the step/,
    );
    expect(await card().locator('.gate-list .subject').allTextContents()).toEqual([
      'more errors than live',
      'errors of the candidate',
      'more rejections than live',
      'requests',
      'time',
    ]);
    const judged = await card().locator('.rollout .fine').textContent();
    await card()
      .locator('.rollout .fine')
      .filter({ hasNotText: String(judged) })
      .waitFor();
    expect(watched.complaints).toEqual([]);
  });

  test('an endpoint without a rollout shows its traffic only', async () => {
    await visit('/status', '.verdict');
    const resting = page.locator('section', { has: page.getByRole('heading', { name: 'resting' }) });
    await resting.locator('.versions').waitFor();
    expect(await resting.locator('.versions li').allTextContents()).toEqual(['version 1100 %counter-nano 2.0.0']);
    expect(await resting.locator('.badge').textContent()).toBe('no rollout yet');
    expect(await resting.getByRole('link').count()).toBe(0);
    expect(await resting.locator('code').count()).toBe(0);
  });

  test('an alert appears while the API is unreachable', async () => {
    await visit('/status', '.verdict');
    await page.route('**/*/status', (route) => route.abort());
    await page.getByRole('alert').getByText('The API does not respond. The data shown is from').waitFor();
    await page.unroute('**/*/status');
    await page.locator('#unreachable').waitFor({ state: 'hidden' });
  });

  test.each([
    [1280, 'light'],
    [360, 'dark'],
  ] as const)('at %i pixels, %s: nothing is too wide, and axe finds nothing serious', async (width, colorScheme) => {
    await visit('/status', '.verdict', { viewport: { width, height: 800 }, colorScheme });
    await card().getByText('History').click();
    expect([await isTooWide(), await accessibilityFaults(page)]).toEqual([false, []]);
    await page.getByRole('link', { name: 'Report' }).click();
    await page.locator('#gallery').waitFor();
    for (const details of await page.locator('.decision summary').all()) await details.click();
    expect([await isTooWide(), await accessibilityFaults(page)]).toEqual([false, []]);
    expect(watched.complaints).toEqual([]);
  });

  test('the report shows the differing pictures with both answers, and filters them', async () => {
    await visit('/status/watched/report', '#gallery');
    expect(await page.title()).toBe('watched: rollout of version 2');
    const figures = page.locator('#gallery figure');
    const first = figures.first();
    await first.scrollIntoViewIfNeeded();
    expect(await loadedWidth('#gallery img')).toBe(WIDTH);
    expect(await first.locator('.box.live').count()).toBeGreaterThan(await first.locator('.box.candidate').count());
    expect(await first.locator('.box.candidate').count()).toBeGreaterThan(0);
    const all = await figures.count();
    const missed = page.getByRole('button', { name: /^missed/ });
    await missed.click();
    expect(await missed.getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('#gallery figure:visible').count()).toBe(
      await page.locator('#gallery figure[data-kinds*=missed]').count(),
    );
    await page.getByRole('button', { name: /^all/ }).click();
    expect(await page.locator('#gallery figure:visible').count()).toBe(all);
    await page.getByRole('button', { name: 'baseline boxes' }).click();
    expect(await first.locator('.box.live').first().isVisible()).toBe(false);
    expect(watched.complaints).toEqual([]);
  });

  test('a decision is recorded from the report, and present after a reload', async () => {
    await visit('/status/watched/report', '#gallery');
    const first = page.locator('#gallery figure').first();
    const seen = await first.getAttribute('data-baseline');
    expect(await page.locator('#decided').textContent()).toMatch(/^Human counts recorded: 0 of \d+\.$/);
    await first.getByText('Record the number of objects').click();
    await first.getByLabel('Count').fill(String(seen));
    await first.getByRole('button', { name: 'Record' }).click();
    await first.getByText(`Recorded: ${seen}.`).waitFor();
    const summary = /^Human counts recorded: 1 of \d+\. Correct: candidate 0, baseline 1\.$/;
    expect(await page.locator('#decided').textContent()).toMatch(summary);
    await page.reload();
    await first.getByText(`A human counted ${seen}`).waitFor();
    expect(await page.locator('#decided').textContent()).toMatch(summary);
    expect(watched.complaints).toEqual([]);
  });

  test('without authentication, the report works at its own path', async () => {
    await visit('/watched/report?version=2', '#gallery');
    await page.getByRole('button', { name: /^missed/ }).click();
    expect(await page.locator('#gallery figure:visible').count()).toBeGreaterThan(0);
    await page.locator('#gallery figure:visible').first().scrollIntoViewIfNeeded();
    expect(await loadedWidth('#gallery figure:not([hidden]) img')).toBe(WIDTH);
    expect(watched.complaints).toEqual([]);
  });

  test('a rollback is shown and announced to screen readers', async () => {
    await visit('/status', '.verdict');
    await laptop.operate('rollback', 'watched', '--by', 'Ada');
    await card().locator('.badge').getByText('rolled back').waitFor();
    expect(await page.locator('#live').textContent()).toMatch(/^watched: version 2, rolled back, .*version 1: 100 %/);
    expect(await card().locator('.versions li').allTextContents()).toEqual([
      'version 1100 %counter-nano 2.0.0',
      expect.stringMatching(/^version 20 %.*newest version$/),
    ]);
    expect(await card().locator('.steps .ended').textContent()).toBe('ended here: canary at 20 %');
    await card().getByText('History').click();
    expect(await card().locator('.history').textContent()).toContain('Ada');
    expect(watched.complaints).toEqual([]);
  });
});
