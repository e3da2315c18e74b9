import type { Browser, Page } from 'playwright-core';
import type { EndpointStatus } from '../../functions/api/status-schemas.ts';
import type { Wait } from '../../functions/judge/wait.ts';
import { gatesOf } from '../../functions/standing/gates.ts';
import { historyOf } from '../../functions/standing/history.ts';
import { standingOf } from '../../functions/standing/standing.ts';
import { type DocsFunction, loadDocs, SETTINGS } from '../docs/docs-function.ts';
import { reading, record } from '../standing/readings.ts';
import { accessibilityFaults, describeInBrowser, launch, open, type Watched } from './browser.ts';
import { type EndpointAnswer, type PageServer, servePage } from './page-server.ts';

const WAIT: Wait = {
  needs: [{ of: 'least', unit: 'requests', more: 93, expected: 'promote', minutes: 930 }],
  expected: 'promote',
  etaMinutes: 930,
};

/** The status of an endpoint during its canary. */
const STATUS: EndpointStatus = {
  ...standingOf({ ...reading, record: { ...record, wait: WAIT } }),
  needs_a_person: false,
  gates: gatesOf(record.findings),
  history: historyOf([record]),
};

const REST: EndpointStatus = {
  endpoint: 'predict',
  phase: 'none',
  routing: { version: '1' },
  traffic: 'version 1: 100 %',
  newest_version: '1',
  models: { '1': 'counter-nano' },
  needs_a_person: false,
  gates: [],
  history: [],
};

/** The answer to the request for estimates of accuracy. */
const NO_ESTIMATES = { json: { ...REST, accuracy: [] } };

const REPORT = `<!doctype html><html><head><title>A report</title></head><body><main id="report"><h1>A report</h1>
<p id="decided">Human counts recorded: 0 of 1.</p>
<div id="gallery"><figure data-baseline="3" data-candidate="2" data-decided="">
<details class="decision" open><summary>Record</summary><form data-endpoint="count-cars" data-id="abc">
<label>Count <input type="number" required value="3"></label>
<button>Record</button></form><div class="outcome" role="status"></div></details></figure></div>
<script>document.title = 'run'</script></main></body></html>`;

describeInBrowser('the status page, with an API that', () => {
  let browser: Browser;
  let docs: DocsFunction;
  let server: PageServer;
  let watched: Watched;
  let page: Page;
  /** The answers of endpoints, by path. */
  let answers: Record<string, () => EndpointAnswer>;

  beforeAll(async () => {
    browser = await launch();
  });
  beforeEach(() => {
    answers = { '/predict/status': () => ({ json: REST }) };
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    await page.context().close();
    server.close();
    docs.remove();
  });

  type Access = Pick<typeof SETTINGS, 'auth' | 'operatorAuth'>;

  async function visit(access: Access['auth'] | Access, path = '/status', ready = 'main'): Promise<void> {
    docs = await loadDocs({ ...SETTINGS, ...(typeof access === 'string' ? { auth: access } : access) });
    server = await servePage(docs, (path, query) => (query.has('with') ? NO_ESTIMATES : answers[path]?.()));
    watched = await open(browser, `${server.url}${path}`, {}, ready);
    page = watched.page;
  }

  const cars = () => page.locator('section', { has: page.getByRole('heading', { name: 'count-cars' }) });

  test.each<[string, Access]>([
    ['of all', { auth: 'iam' }],
    ['of operators', { auth: 'none', operatorAuth: 'iam' }],
  ])('requires IAM %s: sends nothing, says why, and shows the command', async (_, access) => {
    await visit(access);
    expect(await page.locator('.notice').textContent()).toContain('signed with AWS credentials (IAM)');
    expect(await page.locator('.notice code').textContent()).toBe('npm run rollout -- status');
    expect(await page.locator('section').count()).toBe(0);
    expect(watched.requests.filter((request) => request.includes('count-cars'))).toEqual([]);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.goto(`${server.url}/status/count-cars/report`);
    await page.getByText('npm run rollout -- report count-cars').waitFor();
    expect(watched.requests.filter((request) => request.endsWith('count-cars/report'))).toEqual([
      `GET ${server.url}/status/count-cars/report`,
    ]);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(watched.complaints).toEqual([]);
  });

  test('requires a token: each read, the report and a decision send it', async () => {
    await visit('jwt');
    const sent: string[] = [];
    const note = async (request: { method(): string; url(): string; allHeaders(): Promise<Record<string, string>> }) =>
      sent.push(`${request.method()} ${new URL(request.url()).pathname} ${(await request.allHeaders()).authorization}`);
    await page.route('**/count-cars/status', async (route) => {
      await note(route.request());
      await route.fulfill({ json: STATUS });
    });
    await page.route(/\/count-cars\/(report|predictions\/.*)$/, async (route) => {
      if (route.request().url().includes('/status/')) return route.fallback();
      await note(route.request());
      await route.fulfill({ contentType: 'text/html', body: REPORT });
    });
    await page.getByLabel('Access token (JWT)').fill('abc.def');
    await page.getByLabel('Access token (JWT)').press('Tab');
    await cars().getByRole('link', { name: 'Report' }).click();
    await page.getByRole('heading', { name: 'A report' }).waitFor();
    expect(await page.title()).toBe('A report');
    await page.getByRole('button', { name: 'Record' }).click();
    await page.getByText('Recorded: 3.').waitFor();
    expect(await page.locator('#decided').textContent()).toBe(
      'Human counts recorded: 1 of 1. Correct: candidate 0, baseline 1.',
    );
    expect([...new Set(sent)].filter((line) => line.endsWith(' Bearer abc.def'))).toEqual([
      'GET /count-cars/status Bearer abc.def',
      'GET /count-cars/report Bearer abc.def',
      'PUT /count-cars/predictions/abc/decision Bearer abc.def',
    ]);
  });

  test('denies one endpoint: its card shows the problem, the others go on', async () => {
    answers['/count-cars/status'] = () => ({ json: STATUS });
    answers['/predict/status'] = () => ({ status: 403, json: { message: 'Forbidden' } });
    await visit('none');
    await cars().locator('.verdict').waitFor();
    expect(await cars().locator('.verdict .wait').textContent()).toBe(
      'Needs about 93 more requests of the candidate for the minimum of the step, 16 h at this rate',
    );
    await page.locator('.problem').getByText('Access to the API is denied').waitFor();
    expect(await page.locator('#unreachable').isVisible()).toBe(false);
  });

  test('has no report: shows the problem', async () => {
    const problem = {
      type: '/docs#report-not-found',
      title: 'There is nothing to report',
      status: 404,
      detail: 'None.',
    };
    answers['/count-cars/report'] = () => ({ status: 404, json: problem });
    await visit('none', '/status/count-cars/report?version=9', 'body');
    await page.getByText('There is nothing to report').waitFor();
    expect(await page.locator('#report').textContent()).toBe('');
  });

  test('needs an operator: marks and announces it, and shows commands to copy', async () => {
    let needed = false;
    const waiting: EndpointStatus = { ...STATUS, phase: 'waiting', needs_a_person: true };
    answers['/count-cars/status'] = () => ({ json: needed ? waiting : STATUS });
    await visit('none');
    await cars().getByText('Version 4: hold').waitFor();
    expect(await page.locator('#live').textContent()).toBe('');
    needed = true;
    await cars().locator('.badge').getByText('waiting for an operator').waitFor();
    expect(await page.locator('#live').textContent()).toMatch(
      /^count-cars: version 4, waiting for an operator, canary at 10 %.* An operator is needed\.$/,
    );
    expect(await cars().locator('.commands code').allTextContents()).toEqual([
      'npm run rollout -- resume count-cars',
      'npm run rollout -- promote count-cars',
      'npm run rollout -- rollback count-cars',
    ]);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await cars().locator('.command', { hasText: 'Roll back all traffic to version 3' }).getByRole('button').click();
    await cars().getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('npm run rollout -- rollback count-cars');
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('has a shadow that people judge: links to their page', async () => {
    const { rollout } = STATUS;
    if (!rollout) throw new Error('Expected the reading to have a rollout');
    answers['/count-cars/status'] = () => ({ json: { ...STATUS, rollout: { ...rollout, judge: 'people' } } });
    answers['/predict/status'] = () => ({ json: { ...STATUS, endpoint: 'predict' } });
    await visit('none');
    const link = page.getByRole('link', { name: 'Judge: which answer is more right?' });
    await link.waitFor();
    expect(await link.getAttribute('href')).toBe('/status/count-cars/judge');
    expect(await link.count()).toBe(1);
  });

  test('rolled back a finished rollout: the badge says so', async () => {
    let routing: EndpointStatus['routing'] = { version: '4' };
    answers['/count-cars/status'] = () => ({ json: { ...STATUS, phase: 'done', routing, previous_version: '3' } });
    await visit('none');
    await cars().locator('.badge').getByText('rolled out').waitFor();
    expect(await cars().locator('.steps .done').count()).toBe(4);
    routing = { version: '3' };
    await page.reload();
    await cars().locator('.badge').getByText('rolled back later').waitFor();
    await cars().getByRole('heading', { name: 'Version 4: rolled back later' }).waitFor();
  });

  test('answers the same again: focus stays', async () => {
    const { rollout } = STATUS;
    if (!rollout) throw new Error('Expected the reading to have a rollout');
    let reads = 0;
    answers['/count-cars/status'] = () => {
      reads += 1;
      return { json: { ...STATUS, rollout: { ...rollout, last_tick: `2026-11-22T12:2${reads}:00.000Z` } } };
    };
    await visit('none');
    const copy = cars().getByRole('button', { name: 'Copy' });
    await copy.focus();
    await cars().getByText('last tick 2026-11-22 12:22:00 UTC').waitFor();
    expect(await copy.evaluate((button) => button === button.ownerDocument.activeElement)).toBe(true);
    expect(await page.locator('#live').textContent()).toBe('');
  });

  test('is watched by a hidden page: no reads until the page is visible', async () => {
    let reads = 0;
    answers['/count-cars/status'] = () => {
      reads += 1;
      return { json: STATUS };
    };
    await visit('none');
    await page.clock.install();
    await page.reload();
    await cars().locator('.verdict').waitFor();
    const setHidden = (hidden: boolean) =>
      page.evaluate(`
        Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))`);
    await setHidden(true);
    const before = reads;
    await page.clock.runFor(60_000);
    expect(reads).toBe(before);
    const read = page.waitForRequest('**/count-cars/status');
    await setHidden(false);
    await read;
  });
});
