import type { Browser, Page } from 'playwright-core';
import type { Judging, PairToJudge } from '../../functions/api/judge-schemas.ts';
import { type DocsFunction, loadDocs, SETTINGS } from '../docs/docs-function.ts';
import { accessibilityFaults, describeInBrowser, launch, open, type Watched } from './browser.ts';
import { type EndpointAnswer, type PageServer, servePage } from './page-server.ts';

const box = (x: number, alone = false) => ({ label: 'car', box: { x, y: 280, width: 200, height: 120 }, alone });

/** A pair of which the first answer has `first` cars more. */
function pairOf(index: number, first: number): PairToJudge {
  const more = Array.from({ length: first }, (_, each) => box(500 + 40 * each, true));
  return {
    id: `id-${index}`,
    pair: index.toString(16).padStart(16, '0'),
    picture: { url: '/docs/samples/cars.jpg', width: 960, height: 640 },
    first: [box(60), ...more],
    second: [box(61)],
  };
}

/** Of all sentences about the progress, those with these are the longest. */
const NEEDS: Judging['also_needs'] = [
  { of: 'pictures', have: 96, need: 200 },
  { of: 'scenes', have: 61, need: 100 },
];

/** Height of each label, and how far it reaches into its box, pixels of the screen. */
const LABELS_AND_BOXES = (labels: { getBoundingClientRect(): Rectangle; parentNode: unknown }[]) =>
  labels.map((label) => {
    const { height, bottom } = label.getBoundingClientRect();
    const group = label.parentNode as { querySelector(selector: string): typeof label };
    return { height, below: bottom - group.querySelector('.stroke').getBoundingClientRect().top };
  });
type Rectangle = { readonly height: number; readonly top: number; readonly bottom: number };

/** What the page has sent: path and body of each PUT. */
type Sent = { path: string; body: Record<string, unknown> };

describeInBrowser('the judge page, with an API that', () => {
  let browser: Browser;
  let docs: DocsFunction;
  let server: PageServer;
  let watched: Watched;
  let page: Page;
  let pairs: PairToJudge[];
  let judge: () => EndpointAnswer;
  let save: () => EndpointAnswer;
  let sent: Sent[];
  let alsoNeeds: Judging['also_needs'];

  const judging = (): Judging => {
    const done = new Set(sent.map(({ path }) => path.split('/')[3]));
    const open = pairs.filter(({ id }) => !done.has(id));
    const judged = pairs.length - open.length;
    const left = 12 - judged;
    return {
      ...{ state: 'judging', endpoint: 'count-cars', version: '4', judged, open: open.length, at_least: left },
      ...(judged >= 5 && { likely: left }),
      ...(alsoNeeds && { also_needs: alsoNeeds }),
      pairs: open,
    };
  };

  beforeAll(async () => {
    browser = await launch();
  });
  beforeEach(() => {
    sent = [];
    alsoNeeds = undefined;
    pairs = Array.from({ length: 12 }, (_, index) => pairOf(index, (index % 3) + 1));
    judge = () => ({ json: judging() });
    save = () => ({ json: {} });
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    await page.context().close();
    server.close();
    docs.remove();
  });

  async function visit(auth: typeof SETTINGS.auth = 'none', options = {}): Promise<void> {
    docs = await loadDocs({ ...SETTINGS, auth });
    server = await servePage(docs, (path) => (path === '/count-cars/judge' ? judge() : undefined));
    watched = await open(browser, `${server.url}/status/count-cars/judge`, options, 'main');
    page = watched.page;
    await page.route('**/count-cars/predictions/**', async (route) => {
      const { status = 200, json } = save();
      if (status === 0) return route.abort();
      const request = route.request();
      if (status === 200) sent.push({ path: new URL(request.url()).pathname, body: request.postDataJSON() });
      return route.fulfill({ status, json });
    });
  }

  async function start(): Promise<void> {
    await page.getByLabel('Your name').fill('Ada');
    await page.keyboard.press('Enter');
    await page.locator('.pair:visible').waitFor();
  }

  const counts = () => page.locator('.pair:visible figcaption').allTextContents();
  /** Waits until a decision on the present pair is accepted, if one is shown. */
  const ready = () => page.locator('.pair[aria-busy]:visible').waitFor({ state: 'detached' });
  const press = async (...keys: string[]) => {
    for (const key of keys) {
      await ready();
      await page.keyboard.press(key);
    }
  };
  const expectSent = async (count: number) => {
    while (sent.length < count) await page.waitForResponse((answer) => answer.request().method() === 'PUT');
    expect(sent).toHaveLength(count);
  };
  const decisions = () => sent.map(({ body: { preference, count } }) => preference ?? count);

  test('asks for the name once, and saves one decision for each key with it', async () => {
    await visit();
    await start();
    expect(await counts()).toEqual(['12 × car', '21 × car']);
    expect(await page.locator('#labels').innerText()).toBe('Judge car only.');
    await press('1', '2', 'ArrowLeft', 'ArrowRight', '=', '0', 'n', 'c');
    await expectSent(8);
    expect(decisions()).toEqual(['first', 'second', 'first', 'second', 'both', 'both', 'neither', 'cannot tell']);
    expect(sent[0]).toEqual({
      path: '/count-cars/predictions/id-0/preference',
      body: { preference: 'first', pair: '0000000000000000', by: 'Ada' },
    });
    await page.getByText('8 judged, about 4 more decisions likely needed').waitFor();
    await page.reload();
    await page.locator('.pair:visible').waitFor();
    expect(await page.locator('#who').isVisible()).toBe(false);
    expect(await page.locator('#person').textContent()).toBe('Ada');
    expect(watched.complaints).toEqual([]);
  });

  test('the true count: t, the number and Enter; a digit from 3 on begins it; Escape leaves it', async () => {
    await visit();
    await start();
    await press('t', '1', '2', 'Enter');
    await press('7', 'Enter');
    await press('t', '2', 'Escape', '1');
    await expectSent(3);
    expect(decisions()).toEqual([12, 7, 'first']);
    expect(sent[0]).toEqual({ path: '/count-cars/predictions/id-0/decision', body: { count: 12, by: 'Ada' } });
  });

  test('u corrects the last decision, and shows what it was', async () => {
    await visit();
    await start();
    await press('u');
    await page.getByText('Nothing to undo since the page was loaded.').waitFor();
    await press('1', 'u', 'Escape');
    expect(await counts()).toEqual(['13 × car', '21 × car']);
    await press('u');
    expect(await counts()).toEqual(['12 × car', '21 × car']);
    expect(await page.locator('.chosen').getAttribute('data-command')).toBe('first');
    expect(await page.locator('#live').textContent()).toContain('Change your decision: you said 1 is more right.');
    await press('2');
    expect(await counts()).toEqual(['13 × car', '21 × car']);
    await expectSent(2);
    expect(sent.map(({ path, body }) => [path.split('/')[3], body.preference])).toEqual([
      ['id-0', 'first'],
      ['id-0', 'second'],
    ]);
  });

  test('buttons, zoom and keys: z and a click show a part of both pictures, ? shows the keys', async () => {
    pairs = [{ ...pairOf(0, 1), second: [{ ...box(61), label: 'bus' }] }, ...pairs.slice(1)];
    await visit();
    await start();
    const transforms = () =>
      page.evaluate(
        `[...document.querySelectorAll('.pair:not([hidden]) .layers')].map(({ style }) => style.transform)`,
      );
    const labels = () => page.locator('.pair:visible text').evaluateAll(LABELS_AND_BOXES);
    const whole = await labels();
    await press('z');
    const zoomed = await labels();
    const [first, second] = (await transforms()) as string[];
    expect(first).toMatch(/^translate\(-\d.*scale\([\d.]+\)$/);
    expect(second).toBe(first);
    expect(await page.locator('[data-command="zoom"]').getAttribute('aria-pressed')).toBe('true');
    expect(Number(/scale\(([\d.]+)/.exec(first ?? '')?.[1])).toBeGreaterThan(1.5);
    for (const [index, { height, below }] of zoomed.entries()) {
      expect(Math.abs(height - (whole[index]?.height ?? 0))).toBeLessThan(2);
      expect(below).toBeLessThan(2);
    }
    await press('z');
    expect(await transforms()).toEqual(['', '']);
    await page
      .locator('.pair:visible .view')
      .first()
      .click({ position: { x: 100, y: 100 } });
    expect(String(await transforms())).toContain('scale(');
    await press('?', '1');
    expect(await page.locator('#keys').isVisible()).toBe(true);
    await page.getByLabel('Use these keys').uncheck();
    await press('Escape', '1');
    expect(sent).toEqual([]);
    await page.getByRole('button', { name: 'Both as right' }).click();
    await expectSent(1);
    expect(decisions()).toEqual(['both']);
  });

  test('fails to save: says so, keeps the decisions over a reload, and saves them later', async () => {
    await visit();
    await start();
    save = () => ({ status: 503, json: { title: 'The storage is unavailable' } });
    await press('1', '2');
    const alert = page.getByRole('alert').filter({ hasText: 'not saved' });
    await alert.getByText('The storage is unavailable. 2 decisions are not saved, but kept in this browser').waitFor();
    expect(await counts()).toEqual(['14 × car', '21 × car']);
    const onTop = `(() => {
      const { left, right, top } = document.getElementById('unsaved').getBoundingClientRect();
      return document.elementFromPoint((left + right) / 2, top + 4)?.closest('#unsaved') !== null;
    })()`;
    expect(await page.evaluate(onTop)).toBe(true);
    save = () => ({ json: {} });
    await page.reload();
    await expectSent(2);
    await page.locator('.pair:visible').waitFor();
    expect(decisions()).toEqual(['first', 'second']);
    expect(await page.locator('#unsaved').isVisible()).toBe(false);
    expect(await page.evaluate(`localStorage.getItem('judge:count-cars')`)).toBe('[]');
    save = () => ({ status: 0, json: {} });
    await press('c');
    await page.getByText('The API did not respond. 1 decision is not saved').waitFor();
    save = () => ({ json: {} });
    await page.getByRole('button', { name: 'Save now' }).click();
    await expectSent(3);
    await page.locator('#unsaved').waitFor({ state: 'hidden' });
  });

  test('no longer has the picture of a decision: the decision is dropped, and the next one saved', async () => {
    await visit();
    await start();
    save = () => ({ status: 404, json: { title: 'The prediction does not exist', status: 404 } });
    await press('1');
    await page.getByText('The last decision was not accepted, because its picture was deleted.').waitFor();
    save = () => ({ json: {} });
    await press('2');
    await expectSent(1);
    expect(decisions()).toEqual(['second']);
  });

  test('has no pair yet, then some, then needs no more decisions', async () => {
    const all = pairs;
    pairs = [];
    await visit();
    await page.clock.install();
    await page.getByLabel('Your name').fill('Ada');
    await page.keyboard.press('Enter');
    await page.getByText('Pairs appear here as soon as the answers to one differ.').waitFor();
    pairs = all.slice(0, 1);
    await page.clock.runFor(3100);
    await page.locator('.pair:visible').waitFor();
    const words = '12 pictures judged by people: better with 99 % certainty';
    const end = { state: 'ended', endpoint: 'count-cars', version: '4', judged: 12, phase: 'running', words };
    const now = { step: 'canary at 10 %', traffic: 'version 3: 90 %, version 4: 10 %' };
    judge = () => ({ json: { ...end, ...now } });
    await press('1');
    await page.getByText('Thank you. No more decisions are needed.').waitFor();
    expect(await page.locator('#over').textContent()).toContain(`Version 4, running in canary at 10 %: ${words}.`);
    expect(await page.locator('#work').isVisible()).toBe(false);
  });

  test('ends while the page waits: says so when it is visible again; says that a decision came too late', async () => {
    await visit();
    await start();
    const end = { state: 'ended', endpoint: 'count-cars', version: '4', judged: 25, late: 2, phase: 'rolled back' };
    judge = () => ({ json: { ...end, words: '25 pictures judged by people: worse', traffic: 'version 3: 100 %' } });
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await page.getByText('Version 4, rolled back: 25 pictures judged by people: worse.').waitFor();
    await page.getByText('2 pictures were decided after the end: saved, but not counted').waitFor();
    await page.keyboard.press('1');
    expect(sent).toEqual([]);
  });

  test('has a picture that does not load: no decision but c until it loads; a deleted one is left out', async () => {
    await visit();
    let isUp = false;
    await page.route('**/docs/samples/cars.jpg', (route) => (isUp ? route.fallback() : route.abort()));
    await page.getByLabel('Your name').fill('Ada');
    await page.keyboard.press('Enter');
    await page.locator('.pair.broken:visible').waitFor();
    await page.keyboard.press('2');
    await page.getByText('The picture is not loaded yet.').waitFor();
    pairs = pairs.slice(1);
    await page.evaluate(`dispatchEvent(new Event('online'))`);
    await page.getByText('The picture is no longer available, and is left out.').waitFor();
    expect(sent).toEqual([]);
    isUp = true;
    await page.locator('.pair.broken:visible').waitFor();
    await page.evaluate(`dispatchEvent(new Event('online'))`);
    await page.locator('.pair:visible:not([aria-busy], .broken)').waitFor();
    await page.keyboard.press('2');
    await page.keyboard.press('2');
    await page.getByText('Too quick: this is a new pair.').waitFor();
    await expectSent(1);
    expect(sent[0]?.path).toBe('/count-cars/predictions/id-1/preference');
  });

  test('judges no rollout by people: says what to do', async () => {
    const errors = [{ field: 'rollout', expected: 'a shadow that people judge', received: 'no rollout' }];
    judge = () => ({ status: 404, json: { title: 'People judge no rollout of this endpoint', status: 404, errors } });
    await visit();
    await page.getByLabel('Your name').fill('Ada');
    await page.keyboard.press('Enter');
    await page.getByText('rollout: expected a shadow that people judge, received no rollout').waitFor();
  });

  test('requires IAM: sends nothing, and shows the command; with a token, every request has it', async () => {
    await visit('iam');
    expect(await page.locator('.notice code').textContent()).toBe('npm run console');
    expect(await page.locator('#who').isVisible()).toBe(false);
    expect(watched.requests.filter((request) => request.endsWith('/count-cars/judge'))).toHaveLength(1);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
    docs.remove();
    server.close();
    await visit('jwt');
    const tokens: (string | undefined)[] = [];
    await page.route(/count-cars\/judge\?/, async (route) => {
      tokens.push((await route.request().allHeaders()).authorization);
      await route.fallback();
    });
    await page.getByLabel('Access token (JWT)').fill('abc.def');
    await start();
    expect(tokens.at(-1)).toBe('Bearer abc.def');
  });

  test.each([
    [1280, 800, 'light'],
    [360, 740, 'dark'],
  ] as const)('at %i × %i pixels, %s: all fits, and axe finds nothing serious', async (width, height, colorScheme) => {
    if (width > 1000) alsoNeeds = NEEDS;
    await visit('none', { viewport: { width, height }, colorScheme });
    expect(await accessibilityFaults(page)).toEqual([]);
    await start();
    expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
    expect(await page.evaluate('document.documentElement.scrollHeight - innerHeight')).toBeLessThanOrEqual(0);
    expect(await accessibilityFaults(page)).toEqual([]);

    const places =
      await page.evaluate(`[...document.querySelectorAll('.pair:not([hidden]) .layers > *')].map((each) => {
      const { x, y, width, height } = each.getBoundingClientRect();
      return [x, y, width, height].join(' ');
    })`);
    expect(new Set(places as string[]).size).toBe(2);
    await press('?');
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(watched.complaints).toEqual([]);
  });
});
