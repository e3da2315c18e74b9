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

/** An answer of an endpoint: the example of the OpenAPI document. */
const { content } = (describeApi(SETTINGS) as unknown as Described).paths['/count-cars'].post.responses[200];
const ANSWER = content['application/json']?.example ?? {};

describeInBrowser('the try page, with an API that', () => {
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

  async function visit(auth: Auth, operators: Pick<typeof SETTINGS, 'operatorAuth'> = {}): Promise<void> {
    docs = await loadDocs({ ...SETTINGS, auth, ...operators });
    server = await servePage(docs);
    watched = await open(browser, `${server.url}/docs`);
    page = watched.page;
  }

  const sent = () => watched.requests.filter((request) => request.startsWith('POST'));
  const curl = () => page.locator('#curl').textContent();

  test('requires IAM: sends nothing, says why, and shows signed curl commands', async () => {
    await visit('iam');
    expect(await page.locator('.notice').textContent()).toContain('signed with AWS credentials (IAM)');
    await page.getByRole('button', { name: 'Cars' }).click();
    await page.locator('#headline').getByText('Not sent. Use the signed curl command below.').waitFor();
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

  test('requires a token: sends it as a bearer token, keeps it for the tab only, never shows it', async () => {
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

  test('rejects a missing token: shows the problem', async () => {
    await visit('jwt');
    await page.route('**/count-cars', (route) => route.fulfill({ status: 401, json: { message: 'Unauthorized' } }));
    await page.getByRole('button', { name: 'Cars' }).click();
    await page.getByText('The access token is missing, expired or invalid').waitFor();
    expect(await page.locator('#problem').textContent()).toContain('Unauthorized');
  });

  test('requires no authentication: no notice, no field', async () => {
    await visit('none');
    expect(await page.locator('#access').textContent()).toBe('');
  });

  test('answers by the built-in model: recommends a detector until another model answers', async () => {
    await visit('none');
    const recommendation = page.getByText('The built-in model is small');
    expect(await recommendation.isVisible()).toBe(true);
    expect(await recommendation.textContent()).toContain('npm run model -- use yolox-nano');
    const model = { ...(ANSWER.model as object), name: 'yolox-nano' };
    await page.route('**/count-cars', (route) => route.fulfill({ json: { ...ANSWER, model } }));
    await page.getByRole('button', { name: 'Cars' }).click();
    await page.locator('.box').waitFor();
    expect(await recommendation.isVisible()).toBe(false);
  });

  test('requires signed decisions: predicts, but has no form for a decision', async () => {
    await visit('none', { operatorAuth: 'iam' });
    await page.route('**/count-cars', (route) => route.fulfill({ json: ANSWER }));
    await page.getByRole('button', { name: 'Cars' }).click();
    await page.locator('.box').waitFor();
    expect(await page.locator('#access').textContent()).toBe('');
    expect(await page.getByLabel('How many objects do you count?').count()).toBe(0);
  });

  test('does not respond: shows the problem', async () => {
    await visit('none');
    await page.route('**/count-cars', (route) => route.abort());
    await page.getByRole('button', { name: 'Cars' }).click();
    await page.getByText('The API did not respond').waitFor();
  });

  test('is answered by a human: no boxes and no threshold, the human’s count and a form for it', async () => {
    await visit('none');
    const { id, endpoint, created_at, image } = ANSWER;
    const undecided = { id, endpoint, created_at, image, status: 'undecided', count: null };
    await page.route('**/count-cars', (route) => route.fulfill({ json: undecided }));
    await page.route('**/decision', (route) => route.fulfill({ json: {} }));
    await page.getByRole('button', { name: 'Cars' }).click();
    await page.getByText('Waiting for a human to count.').first().waitFor();
    expect(await page.locator('#threshold').isVisible()).toBe(false);
    await page.getByLabel('How many objects do you count?').fill('2');
    const request = page.waitForRequest('**/decision');
    await page.getByRole('button', { name: 'Record' }).click();
    expect([(await request).method(), (await request).postDataJSON()]).toEqual(['PUT', { count: 2 }]);
    await page.getByText('Recorded: 2.').waitFor();
  });

  test('allows less than the range of the slider: the `min` of the problem is used', async () => {
    await visit('none');
    const queried: string[] = [];
    await page.route('**/count-cars?*', (route) => {
      const confidence = new URL(route.request().url()).searchParams.get('confidence') ?? '';
      queried.push(confidence);
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
    await page.getByText('0 car found').waitFor();
    expect(queried).toEqual(['0.05', '0.30']);
    expect(await page.locator('#problem').isVisible()).toBe(false);
  });

  test('answers slowly: only the last request counts', async () => {
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
    await page.getByText('0 objects found').waitFor();
    answerFirst?.();
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
    expect(await page.locator('.box').count()).toBe(0);
    expect(await page.locator('#busy').isVisible()).toBe(false);
  });
});
