/** A person judges 25 pairs by the keyboard alone; the candidate, which misses objects, is rolled back. */

import type { Browser, Page } from 'playwright-core';
import { accessibilityFaults, describeInBrowser, launch, open, type Watched } from '../pages/browser.ts';
import { Assembly } from './assembly.ts';
import { changingDetections, MISSING_ONE_IN_THREE } from './broken-code.ts';
import { scenesOf, small } from './pictures.ts';
import { RolloutLaptop } from './rollout-laptop.ts';

jest.setTimeout(300_000);

/** Different scenes, on all of which the versions differ. */
const PICTURES = 48;
const PAIRS = 25;
/** Pairs on which the person finds both as right, so that the rollout needs all 25. */
const AS_RIGHT = 12;

describeInBrowser('the judge page of a rollout', () => {
  let laptop: RolloutLaptop;
  let browser: Browser;
  let watched: Watched;
  let page: Page;

  beforeAll(async () => {
    browser = await launch();
    laptop = await RolloutLaptop.start(await Assembly.synthesize('judged-endpoints.ts', 'judged'));
    const pictures = await scenesOf(await small('cars.jpg'), PICTURES);
    await laptop.client.postMany('judged', pictures, PICTURES);
    const code = changingDetections(MISSING_ONE_IN_THREE, { golden: false });
    await laptop.deploy((release) => release.release('judged', { code }));
  });
  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
  });

  /** Boxes on each side of the present pair, read at once, because the page may change between two reads. */
  const numbersOfBoxes = (): Promise<number[]> =>
    page.evaluate(`(() => {
      const pair = [...document.querySelectorAll('.pair')].find((one) => one.checkVisibility());
      return [...(pair?.querySelectorAll('.side') ?? [])].map((side) => side.querySelectorAll('.found').length);
    })()`);
  const isLoaded = () =>
    page.evaluate(`[...document.querySelectorAll('.pair:not([hidden]) img')].every((img) => img.naturalWidth > 0)`);
  const isOver = () => page.locator('#over').isVisible();
  const fits = () => page.evaluate('document.documentElement.scrollWidth <= innerWidth');

  /** Presses one key: that of the answer with more boxes, which is right. Without a pair it presses none. */
  async function judge(turn: number): Promise<string> {
    const [first, second] = await numbersOfBoxes();
    if (first === undefined || second === undefined) return '';
    expect(first).not.toBe(second);
    await page.locator('.pair[aria-busy]:visible').waitFor({ state: 'detached' });
    const key = turn < AS_RIGHT ? '=' : first > second ? '1' : '2';
    await page.keyboard.press(key);
    return key;
  }

  test('one key for each of 25 pairs, at 1280 and at 360 pixels; then the rollout ends', async () => {
    watched = await open(browser, `${laptop.laptop.url}/status/judged/judge`, {}, '#who');
    page = watched.page;
    await page.keyboard.type('Ada');
    await page.keyboard.press('Enter');
    const keys: string[] = [];
    for (let turn = 0; turn < PAIRS; turn += 1) {
      if (turn === AS_RIGHT) await page.setViewportSize({ width: 360, height: 800 });
      await page.locator('.pair:visible').waitFor();
      if (turn === 0 || turn === AS_RIGHT) expect([await fits(), await accessibilityFaults(page)]).toEqual([true, []]);
      expect(await page.locator('#stage').innerHTML()).not.toMatch(/live|candidate|baseline/);
      if (turn > 0) expect(await isLoaded()).toBe(true);
      keys.push(await judge(turn));
    }
    expect(new Set(keys)).toEqual(new Set(['=', '1', '2']));
    while (!(await isOver())) {
      if ((await page.locator('.pair:visible').count()) > 0) await judge(PAIRS);
      await page.locator('#over:visible, .pair:visible, #wait:visible').first().waitFor();
    }
    expect(await page.locator('#over').textContent()).toMatch(
      /Version 2, rolled back: \d\d pictures judged by people: the candidate is more right on 0, live on \d\d,/,
    );
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(watched.complaints).toEqual([]);
  });

  test('the decisions have the name, and the record says what people said', async () => {
    const { status, words } = await laptop.until('judged', '2', (record) => record.status === 'rolled back');
    expect([status, words]).toEqual(['rolled back', expect.stringMatching(/worse with 99\.\d+ % certainty(; |$)/)]);
    const stored = await laptop.objects('decisions/judged/');
    expect(stored.size).toBeGreaterThanOrEqual(PAIRS);
    for (const text of stored.values()) expect(JSON.parse(text).preferences).toMatchObject([{ by: 'Ada' }]);
  });
});
