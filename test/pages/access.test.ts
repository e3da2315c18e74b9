import type { Browser, Page } from 'playwright-core';
import { describeApi } from '../../functions/docs/openapi/document.ts';
import { type DocsFunction, loadDocs, SETTINGS } from '../docs/docs-function.ts';
import { accessibilityFaults, describeInBrowser, launch, open, type Watched } from './browser.ts';
import { type PageServer, servePage } from './page-server.ts';

type Auth = (typeof SETTINGS)['auth'];

interface Described {
  readonly paths: {
    '/count-cars': { post: { responses: { 200: { content: Record<string, { example: Record<string, unknown> }> } } } };
  };
}

/** An answer of an endpoint: the document's own example. */
const { content } = (describeApi(SETTINGS) as unknown as Described).paths['/count-cars'].post.responses[200];
const ANSWER = content['application/json']?.example ?? {};

describeInBrowser('the try page before an API that', () => {
  let browser: Browser;
  let docs: DocsFunction;
  let server: PageServer;
  let watched: Watched;
  let page: Page;

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    await page.context().close();
    server.close();
    docs.remove();
  });

  async function visit(auth: Auth): Promise<void> {
    docs = await loadDocs({ ...SETTINGS, auth });
    server = await servePage(docs);
    watched = await open(browser, `${server.url}/docs`);
    page = watched.page;
  }

  const sent = () => watched.requests.filter((request) => request.startsWith('POST'));
  const curl = () => page.locator('#curl').textContent();

  test('wants IAM: the page says that browsers cannot, sends nothing, and signs with curl', async () => {
    await visit('iam');
    expect(await page.locator('.notice').textContent()).toContain('signed with AWS credentials (IAM)');
    await page.getByRole('button', { name: 'Cars' }).click();
    await page.locator('#headline').getByText('Not sent from here. The signed curl line below sends it.').waitFor();
    expect(await curl()).toContain('--aws-sigv4 "aws:amz:$AWS_REGION:execute-api"');
    expect(await curl()).toContain('--data-binary @cars.jpg');
    await page.locator('#postCountCars > summary').click();
    const operation = page.locator('#postCountCars .operation-body');
    await operation.waitFor();
    expect(await operation.textContent()).toContain('--aws-sigv4');
    expect(await operation.locator('form').count()).toBe(0);
    await page.locator('#getHealth > summary').click();
    await page.locator('#getHealth form').waitFor();
    expect(sent()).toEqual([]);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(watched.complaints).toEqual([]);
  });

  test('wants a token: it is sent as a bearer, kept for the tab only, and never shown', async () => {
    await visit('jwt');
    const authorizations: (string | undefined)[] = [];
    await page.route('**/count-cars', async (route) => {
      authorizations.push((await route.request().allHeaders()).authorization);
      await route.fulfill({ json: ANSWER });
    });
    await page.getByLabel('Access token (JWT)').fill('Bearer abc.def.ghi');
    await page.getByLabel('Access token (JWT)').press('Tab');
    await page.getByRole('button', { name: 'Cars' }).click();
    await page.locator('.box').waitFor();
    expect(authorizations).toEqual(['Bearer abc.def.ghi']);
    expect(await page.evaluate('sessionStorage.getItem("token")')).toBe('abc.def.ghi');
    expect(await page.evaluate('localStorage.length')).toBe(0);
    expect(await curl()).toContain('-H "Authorization: Bearer $TOKEN"');
    expect(await page.content()).not.toContain('abc.def.ghi');
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(watched.complaints).toEqual([]);
  });

  test('wants a token and got none: in words', async () => {
    await visit('jwt');
    await page.route('**/count-cars', (route) => route.fulfill({ status: 401, json: { message: 'Unauthorized' } }));
    await page.getByRole('button', { name: 'Cars' }).click();
    await page.getByText('The API wants a token, or another one').waitFor();
    expect(await page.locator('#problem').textContent()).toContain('Unauthorized');
  });

  test('asks nobody: no notice, no field', async () => {
    await visit('none');
    expect(await page.locator('#access').textContent()).toBe('');
  });

  test('does not answer: in words', async () => {
    await visit('none');
    await page.route('**/count-cars', (route) => route.abort());
    await page.getByRole('button', { name: 'Cars' }).click();
    await page.getByText('The API did not answer').waitFor();
  });

  test('is in human hands: no boxes and no threshold, but the human’s count and a way to give it', async () => {
    await visit('none');
    const { id, endpoint, created_at, image } = ANSWER;
    const undecided = { id, endpoint, created_at, image, status: 'undecided', count: null };
    await page.route('**/count-cars', (route) => route.fulfill({ json: undecided }));
    await page.route('**/decision', (route) => route.fulfill({ json: {} }));
    await page.getByRole('button', { name: 'Cars' }).click();
    await page.getByText('Nobody has decided yet.').first().waitFor();
    expect(await page.locator('#threshold').isVisible()).toBe(false);
    await page.getByLabel('How many do you count?').fill('2');
    const request = page.waitForRequest('**/decision');
    await page.getByRole('button', { name: 'Record' }).click();
    expect([(await request).method(), (await request).postDataJSON()]).toEqual(['PUT', { count: 2 }]);
    await page.getByText('Recorded: 2.').waitFor();
  });

  test('allows less than the slider’s range: what it allows is asked for', async () => {
    await visit('none');
    const asked: string[] = [];
    await page.route('**/count-cars?*', (route) => {
      const confidence = new URL(route.request().url()).searchParams.get('confidence') ?? '';
      asked.push(confidence);
      const fault = { field: 'confidence', expected: 'another number', received: confidence, min: 0.3, max: 0.9 };
      if (Number(confidence) >= 0.3) return route.fulfill({ json: { ...ANSWER, detections: [] } });
      const type = 'application/problem+json';
      const problem = { title: 'An option is not valid', status: 400, errors: [fault] };
      return route.fulfill({ status: 400, contentType: type, body: JSON.stringify(problem) });
    });
    await page.route('**/count-cars', (route) => route.fulfill({ json: ANSWER }));
    await page.getByRole('button', { name: 'Cars' }).click();
    await page.locator('.box').waitFor();
    await page.locator('#confidence').fill('0.4');
    await page.getByText('no car found').waitFor();
    expect(asked).toEqual(['0.05', '0.30']);
    expect(await page.locator('#problem').isVisible()).toBe(false);
  });

  test('answers slowly: the answer to the last question counts', async () => {
    await visit('none');
    let answerFirst: (() => void) | undefined;
    await page.route('**/count-cars', (route) => {
      answerFirst = () => void route.fulfill({ json: ANSWER }).catch(() => undefined);
    });
    await page.route('**/predict?*', (route) =>
      route.fulfill({ json: { ...ANSWER, endpoint: 'predict', detections: [] } }),
    );
    await page.getByRole('button', { name: 'Cars' }).click();
    await page.locator('#busy').waitFor();
    await page.locator('#endpoint-predict').check();
    await page.getByText('no object found').waitFor();
    answerFirst?.();
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
    expect(await page.locator('.box').count()).toBe(0);
    expect(await page.locator('#busy').isVisible()).toBe(false);
  });
});
