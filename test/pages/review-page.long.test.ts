/** The review page in Chromium, by the keyboard, with an API of two people. */

import type { Browser, Page } from 'playwright-core';
import type { PictureToReview, ReviewAnswer } from '../../functions/api/review-schemas.ts';
import { type DocsFunction, loadDocs, SETTINGS } from '../docs/docs-function.ts';
import { accessibilityFaults, describeInBrowser, launch, open, type Watched } from './browser.ts';
import { type EndpointAnswer, type PageServer, servePage } from './page-server.ts';

const [cars, ...others] = SETTINGS.endpoints;
if (!cars) throw new Error('Expected an endpoint');
const WITH_REVIEW = { ...SETTINGS, endpoints: [{ ...cars, review: true as const }, ...others] };

const box = (x: number) => ({ label: 'car', box: { x, y: 280, width: 200, height: 120 } });
const pictureOf = (index: number): PictureToReview => ({
  ...{ id: `id-${index}`, skip: index.toString(16).padStart(16, '0') },
  picture: { url: '/docs/samples/cars.jpg', width: 960, height: 640 },
  boxes: [box(60), box(350), box(600)].slice(0, (index % 3) + 1),
});

/** What the page has sent: path and body of each PUT. */
type Sent = { path: string; body: Record<string, unknown> };

describeInBrowser('the review page', () => {
  let browser: Browser;
  let docs: DocsFunction;
  let server: PageServer;
  let watched: Watched;
  let page: Page;
  let sent: Sent[];
  let review: () => EndpointAnswer;

  const countOf = (id: string) => sent.findLast(({ path }) => path.includes(`/${id}/`))?.body.count;

  /** Six pictures. Bo has counted 3 objects in the first, and differs from Ada unless she counts 3. */
  const answer = (): ReviewAnswer => {
    const done = new Set(sent.map(({ path }) => path.split('/')[3]));
    const all = Array.from({ length: 6 }, (_, index) => pictureOf(index));
    const next = all.filter(({ id }) => !done.has(id));
    const counted = all.filter(({ id }) => countOf(id) !== undefined).length;
    const ada = Number(countOf('id-0') ?? 3);
    const counts = [
      { by: 'Ada', count: ada },
      { by: 'Bo', count: 3 },
    ];
    const isCompared = countOf('id-0') !== undefined;
    return {
      ...{ endpoint: 'count-cars', listed_at: '2026-11-27T12:00:00Z', pictures: 6, open: next.length, next },
      ...{ reviewed: counted, compared: isCompared ? 1 : 0, same: isCompared && ada === 3 ? 1 : 0 },
      differing: ada === 3 ? [] : [{ ...pictureOf(0), counts }],
    };
  };

  beforeAll(async () => {
    browser = await launch();
  });
  beforeEach(() => {
    sent = [];
    review = () => ({ json: answer() });
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    await page.context().close();
    server.close();
    docs.remove();
  });

  async function visit(options = {}, auth: typeof SETTINGS.auth = 'none'): Promise<void> {
    docs = await loadDocs({ ...WITH_REVIEW, auth });
    server = await servePage(docs, (path) => (path === '/count-cars/review' ? review() : undefined));
    watched = await open(browser, `${server.url}/status/count-cars/review`, options, 'main');
    page = watched.page;
    await page.route('**/count-cars/predictions/**', async (route) => {
      const request = route.request();
      sent.push({ path: new URL(request.url()).pathname, body: request.postDataJSON() });
      return route.fulfill({ status: 200, json: {} });
    });
  }

  async function start(): Promise<void> {
    await page.getByLabel('Your name').fill('Ada');
    await page.keyboard.press('Enter');
    await page.locator('.pair:visible').waitFor();
  }

  const press = async (...keys: string[]) => {
    for (const key of keys) {
      await page.locator('.pair[aria-busy]:visible').waitFor({ state: 'detached' });
      await page.keyboard.press(key);
    }
  };
  const sentSoFar = () => sent.map(({ path, body }) => [path.split('/').slice(3).join('/'), body]);

  test('by the keyboard: confirm, correct, skip, undo, and look again where two people differ', async () => {
    await visit();
    await start();
    expect(await page.locator('.pair:visible figcaption').textContent()).toBe('1 × car');
    await page.getByText('Right: 1 object', { exact: true }).waitFor();
    await press('y', '4', 'Enter', 's');
    await page.getByText('2 of 6 pictures counted, 1 by two people: 0 alike; 3 wait for you').waitFor();
    const by = 'Ada';
    expect(sentSoFar()).toEqual([
      ['id-0/decision', { count: 1, by }],
      ['id-1/decision', { count: 4, by }],
      ['id-2/preference', { preference: 'cannot tell', pair: '0000000000000002', by }],
    ]);

    await press('u');
    await page.getByText('Change your decision, which was: skipped. Next picture: found: 3 × car.').waitFor();
    await press('t', '0', 'Enter');
    await page.getByText('the count is 0. Next picture: found: 1 × car.').waitFor();

    await page.getByRole('button', { name: 'Ada 1, Bo 3; found 1' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-command="confirm"].chosen').waitFor();
    await press('3', 'Enter');
    await page.locator('#differing').waitFor({ state: 'hidden' });
    expect(sentSoFar().slice(3)).toEqual([
      ['id-2/decision', { count: 0, by }],
      ['id-0/decision', { count: 3, by }],
    ]);
    await press('y', 'y', 'y');
    await page.getByText('No picture waits for you.').waitFor();
    expect(sent).toHaveLength(8);
    expect(watched.complaints).toEqual([]);
  });

  test('without chosen pictures it says how to choose them; a token is sent', async () => {
    review = () => ({
      status: 404,
      json: {
        title: 'No pictures were chosen for a review',
        status: 404,
        detail: 'npm run labels -- review count-cars',
      },
    });
    await visit({}, 'jwt');
    const tokens: (string | undefined)[] = [];
    await page.route(/count-cars\/review\?/, async (route) => {
      tokens.push((await route.request().allHeaders()).authorization);
      await route.fallback();
    });
    await page.getByLabel('Access token (JWT)').fill('abc.def');
    await page.getByLabel('Your name').fill('Ada');
    await page.keyboard.press('Enter');
    await page.getByText('npm run labels -- review count-cars').waitFor();
    expect(tokens.at(-1)).toBe('Bearer abc.def');
  });

  test.each([
    [1280, 800, 'light'],
    [360, 740, 'dark'],
  ] as const)('at %i × %i pixels, %s: all fits, and axe finds nothing serious', async (width, height, colorScheme) => {
    await visit({ viewport: { width, height }, colorScheme });
    expect(await accessibilityFaults(page)).toEqual([]);
    await start();
    expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
    expect(await page.evaluate('document.documentElement.scrollHeight - innerHeight')).toBeLessThanOrEqual(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    await press('y', 'y');
    await page.locator('#differing').waitFor();
    await press('z');
    expect(await page.locator('[data-command="zoom"]').getAttribute('aria-pressed')).toBe('true');
    expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
    expect(await accessibilityFaults(page)).toEqual([]);
    await press('?');
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(watched.complaints).toEqual([]);
  });
});
