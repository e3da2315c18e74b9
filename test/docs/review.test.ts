/** What the setting `review` adds to the docs function and to the description of the API. */

import { describeApi } from '../../functions/docs/openapi/document.ts';
import { type DocsFunction, loadDocs, SETTINGS } from './docs-function.ts';

const [cars, ...others] = SETTINGS.endpoints;
if (!cars) throw new Error('Expected an endpoint');
const WITH_REVIEW = { ...SETTINGS, endpoints: [{ ...cars, review: true as const }, ...others] };

test('only endpoints with the setting have the route in the description', () => {
  const paths = Object.keys(describeApi(WITH_REVIEW).paths ?? {}).filter((path) => path.endsWith('/review'));
  expect(paths).toEqual(['/count-cars/review']);
  expect(JSON.stringify(describeApi(SETTINGS))).not.toContain('/review');
});

test('the operation has its answer, and the problems with what to do', () => {
  const operation = describeApi(WITH_REVIEW).paths?.['/count-cars/review']?.get;
  expect(operation).toMatchObject({ operationId: 'getCountCarsReview', tags: ['count-cars'] });
  expect(Object.keys(operation?.responses ?? {})).toEqual(expect.arrayContaining(['200', '400', '404', '503']));
  const described = JSON.stringify(describeApi(WITH_REVIEW).components?.examples);
  expect(described).toContain('npm run labels -- review count-cars');
});

describe('the page', () => {
  let docs: DocsFunction;
  beforeAll(async () => {
    docs = await loadDocs(WITH_REVIEW);
  });
  afterAll(() => docs.remove());

  test('shows pictures of the bucket, and has no script or style that its policy rejects', async () => {
    const {
      statusCode,
      headers = {},
      text,
    } = await docs.get('GET /status/{endpoint}/review', {
      endpoint: 'count-cars',
    });
    expect(statusCode).toBe(200);
    expect(headers['content-security-policy']).toContain(
      "img-src 'self' https://pictures.s3.eu-central-1.amazonaws.com data:; connect-src 'self';",
    );
    expect(text).not.toMatch(/\son[a-z]+=|\sstyle=|<style/);
    for (const proxy of ['review.js', 'review.css']) {
      expect((await docs.get('GET /docs/{proxy+}', { proxy })).statusCode).toBe(200);
    }
  });

  test.each(['predict', 'nothing'])('is none of %s', async (endpoint) => {
    const { statusCode } = await docs.get('GET /status/{endpoint}/review', { endpoint });
    expect(statusCode).toBe(404);
  });
});
