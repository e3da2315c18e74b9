/** The pages of a deployment under IAM, in a browser that opens the address of the console. */

import type { Browser, Page } from 'playwright-core';
import { type Console, startConsole } from '../../../cli/console/server.ts';
import { describeApi } from '../../../functions/docs/openapi/document.ts';
import { CREDENTIALS, REGION } from '../../../local/account.ts';
import { type DocsFunction, loadDocs, SETTINGS } from '../../docs/docs-function.ts';
import { accessibilityFaults, describeInBrowser, launch, open, type Watched } from '../../pages/browser.ts';
import { type PageServer, servePage } from '../../pages/page-server.ts';
import { startUpstream, type Upstream } from './upstream.ts';

interface Described {
  readonly paths: {
    '/count-cars': { post: { responses: { 200: { content: Record<string, { example: Record<string, unknown> }> } } } };
  };
}

/** An answer of an endpoint: the example of the OpenAPI document. */
const { content } = (describeApi(SETTINGS) as unknown as Described).paths['/count-cars'].post.responses[200];
const ANSWER = content['application/json']?.example ?? {};

const STATUS = {
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

const REPORT = '<!doctype html><title>A report</title><main id="report"><h1>A report</h1></main>';

const OPEN = /^\/(docs|status|openapi\.json|health|$)/;

describeInBrowser('the console, with an API that requires IAM', () => {
  let browser: Browser;
  let docs: DocsFunction;
  let pages: PageServer;
  let api: Upstream;
  let started: Console;
  let watched: Watched;
  let page: Page;

  beforeAll(async () => {
    browser = await launch();
    docs = await loadDocs({ ...SETTINGS, auth: 'iam', operatorAuth: 'iam' });
    pages = await servePage(docs);
    api = await startUpstream(
      async ({ target, headers: { accept = '*/*' } }) => {
        const [path = ''] = target.split('?');
        if (path.endsWith('/report') && !path.startsWith('/status')) {
          return { headers: { 'content-type': 'text/html; charset=utf-8' }, body: REPORT };
        }
        if (OPEN.test(path)) {
          const answer = await fetch(`${pages.url}${target}`, { headers: { accept, 'accept-encoding': 'identity' } });
          const headers = Object.fromEntries(
            ['content-type', 'content-security-policy'].map((name) => [name, answer.headers.get(name) ?? '']),
          );
          return { status: answer.status, headers, body: Buffer.from(await answer.arrayBuffer()) };
        }
        const json = path.endsWith('/status') ? STATUS : path.endsWith('/decision') ? {} : ANSWER;
        return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) };
      },
      (path) => OPEN.test(path),
    );
  });
  beforeEach(async () => {
    started = await startConsole({ url: api.url, region: REGION, credentials: CREDENTIALS });
    watched = await open(browser, started.address, {}, 'section');
    page = watched.page;
  });
  afterEach(async () => {
    await page.context().close();
    started.close();
  });
  afterAll(async () => {
    await browser?.close();
    api.close();
    pages.close();
    docs.remove();
  });

  const signed = (method: string, path: string) =>
    api.received.filter(({ target, headers, method: sent }) => {
      const isSigned = headers.authorization?.startsWith('AWS4-HMAC-SHA256') === true;
      return isSigned && sent === method && target.split('?')[0] === path;
    });

  test('the status page shows the endpoints, and says who signs', async () => {
    expect(page.url()).toBe(`${new URL(started.address).origin}/status`);
    await page.getByRole('img', { name: 'Live traffic: version 1: 100 %' }).first().waitFor();
    expect(await page.locator('#access').textContent()).toBe(
      `The console signs requests to ${api.url} with your AWS credentials.`,
    );
    expect(signed('GET', '/count-cars/status').length).toBeGreaterThan(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(watched.complaints).toEqual([]);
  });

  test('the try page predicts and records a decision; its curl command addresses the API', async () => {
    await page.goto(`${new URL(started.address).origin}/docs`);
    await page.getByRole('button', { name: 'Cars' }).click();
    await page.locator('.box').first().waitFor();
    expect(signed('POST', '/count-cars')).toHaveLength(1);
    const curl = await page.locator('#curl').textContent();
    expect(curl).toContain('--aws-sigv4');
    expect(curl).toContain(`${api.url}/count-cars`);
    await page.getByLabel('How many objects do you count?').fill('2');
    await page.getByRole('button', { name: 'Record' }).click();
    await page.getByText('Recorded: 2.').waitFor();
    expect(api.received.filter(({ method }) => method === 'PUT').map(({ body }) => JSON.parse(String(body)))).toEqual([
      { count: 2 },
    ]);
    expect(watched.complaints).toEqual([]);
  });

  test('the report page shows the report', async () => {
    await page.goto(`${new URL(started.address).origin}/status/count-cars/report`);
    await page.getByRole('heading', { name: 'A report' }).waitFor();
    expect(signed('GET', '/count-cars/report')).toHaveLength(1);
    expect(watched.complaints).toEqual([]);
  });

  test('a page of another origin reaches nothing, although the browser has the cookie', async () => {
    const before = api.received.length;
    const foreign = await page.context().newPage();
    await foreign.goto(`${pages.url}/health`);
    const address = `${new URL(started.address).origin}/count-cars`;
    const init = "{ method: 'POST', credentials: 'include', mode: 'no-cors' }";
    const outcome = await foreign.evaluate(`fetch('${address}', ${init}).then(({ type }) => type)`);
    expect(outcome).toBe('opaque');
    expect(api.received.slice(before).filter(({ method }) => method === 'POST')).toEqual([]);
  });
});
