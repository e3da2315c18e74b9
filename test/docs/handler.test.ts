import { gunzipSync } from 'node:zlib';
import { type DocsFunction, loadDocs, SETTINGS } from './docs-function.ts';

let docs: DocsFunction;
beforeAll(async () => {
  docs = await loadDocs();
});
afterAll(() => docs.remove());

describe('GET /', () => {
  test('answers JSON with links by default', async () => {
    const answer = await docs.get('GET /', { headers: { accept: '*/*' } });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers?.['content-type']).toBe('application/json');
    expect(JSON.parse(answer.text)).toEqual({
      name: 'field-trial',
      endpoints: ['/count-cars', '/predict'],
      docs: '/docs',
      status: '/status',
      openapi: '/openapi.json',
      models: '/models',
      health: '/health',
    });
  });

  test('answers HTML with links to browsers', async () => {
    const answer = await docs.get('GET /', { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
    expect(answer.headers?.['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.text).toContain('href="/docs">Try it in the browser</a>');
    expect(answer.text).toContain('href="/status">Deployed versions</a>');
    expect(answer.text).toContain('<li><code>POST /count-cars</code></li><li><code>POST /predict</code></li>');
    expect(answer.text).not.toContain('{{');
  });
});

describe('GET /docs', () => {
  test('is the page with its settings', async () => {
    const answer = await docs.get('GET /docs');
    expect(answer.statusCode).toBe(200);
    const [, data = ''] = /<script type="application\/json" id="settings">(.*)<\/script>/.exec(answer.text) ?? [];
    expect(JSON.parse(data)).toEqual({ ...SETTINGS, maxBodyBytes: 4 * 1024 * 1024, guarded: true });
    expect(answer.text).toContain('<title>field-trial: try it</title>');
  });

  test('allows only its own files, the API, and posts to the bucket', async () => {
    const { headers = {} } = await docs.get('GET /docs');
    expect(String(headers['content-security-policy']).split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' blob: data:",
      "connect-src 'self' https://pictures.s3.eu-central-1.amazonaws.com",
      "form-action 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  test('contains no script or style that the policy rejects', async () => {
    const { text } = await docs.get('GET /docs');
    expect(text).not.toMatch(/\son[a-z]+=|\sstyle=|<style/);
    const scripts = text.match(/<script[^>]*>/g);
    expect(scripts).toEqual([
      '<script type="application/json" id="settings">',
      '<script type="module" src="/docs/page.js">',
    ]);
    expect(text.match(/(src|href)="https?:/)).toBeNull();
  });

  test('is compressed where accepted, and sent once only', async () => {
    const plain = await docs.get('GET /docs');
    const answer = await docs.get('GET /docs', { headers: { 'accept-encoding': 'gzip, deflate, br' } });
    expect(answer.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(gunzipSync(Buffer.from(answer.body ?? '', 'base64')).toString()).toBe(plain.text);
    const again = await docs.get('GET /docs', { headers: { 'if-none-match': String(answer.headers?.etag) } });
    expect([again.statusCode, again.text]).toEqual([304, '']);
  });

  test.each([['gzip;q=0'], ['identity'], ['']])('is not compressed for Accept-Encoding %j', async (accepted) => {
    const answer = await docs.get('GET /docs', { headers: { 'accept-encoding': accepted } });
    expect(answer.headers?.['content-encoding']).toBeUndefined();
  });
});

test.each([
  '/',
  '/docs',
  '/docs/{proxy+}',
  '/status',
  '/status/{endpoint}/report',
  '/status/{endpoint}/judge',
  '/openapi.json',
  '/health',
  '/models',
])('HEAD %s has the status and headers of GET', async (path) => {
  const request = { proxy: 'page.css', endpoint: 'count-cars' };
  const { statusCode, headers } = await docs.get(`HEAD ${path}`, request);
  expect([statusCode, headers]).toEqual([200, (await docs.get(`GET ${path}`, request)).headers]);
});

describe('GET /status', () => {
  test('is the page with its settings; its data come from the API', async () => {
    const { statusCode, headers = {}, text } = await docs.get('GET /status');
    expect(statusCode).toBe(200);
    expect(text).toContain('<title>field-trial: status</title>');
    const [, data = ''] = /<script type="application\/json" id="settings">(.*)<\/script>/.exec(text) ?? [];
    expect(JSON.parse(data)).toMatchObject({ endpoints: SETTINGS.endpoints, guarded: true });
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", "img-src 'self' data:", "connect-src 'self'"]),
    );
  });

  test('can show pictures of the bucket where an endpoint has the setting drift', async () => {
    const endpoints = SETTINGS.endpoints.map((endpoint) => ({ ...endpoint, drift: true as const }));
    const watched = await loadDocs({ ...SETTINGS, endpoints });
    const { headers = {} } = await watched.get('GET /status');
    watched.remove();
    expect(headers['content-security-policy']).toContain(
      "img-src 'self' https://pictures.s3.eu-central-1.amazonaws.com data:;",
    );
  });

  test.each(['report', 'judge'])('the page %s can also show pictures of the bucket', async (name) => {
    const { statusCode, headers = {} } = await docs.get(`GET /status/{endpoint}/${name}`, { endpoint: 'count-cars' });
    expect(statusCode).toBe(200);
    expect(headers['content-security-policy']).toContain(
      "img-src 'self' https://pictures.s3.eu-central-1.amazonaws.com data:; connect-src 'self';",
    );
  });

  test.each(['report', 'judge'])('an unknown endpoint has no page %s', async (name) => {
    const answer = await docs.get(`GET /status/{endpoint}/${name}`, { endpoint: 'nothing' });
    expect([answer.statusCode, JSON.parse(answer.text).errors[0].received]).toEqual([404, `/status/nothing/${name}`]);
  });

  test.each(['/status', '/status/{endpoint}/report', '/status/{endpoint}/judge'])(
    '%s contains no script or style that the policy rejects',
    async (path) => {
      const { text } = await docs.get(`GET ${path}`, { endpoint: 'predict' });
      expect(text).not.toMatch(/\son[a-z]+=|\sstyle=|<style/);
      expect(text.match(/<script[^>]*>/g)).toEqual([
        '<script type="application/json" id="settings">',
        expect.stringMatching(/^<script type="module" src="\/docs\/(status|report|judge)\.js">$/),
      ]);
      expect(text.match(/(src|href)="https?:/)).toBeNull();
    },
  );
});

describe('GET /docs/{proxy+}', () => {
  test.each([
    ['page.css', 'text/css; charset=utf-8'],
    ['page.js', 'text/javascript; charset=utf-8'],
    ['status.css', 'text/css; charset=utf-8'],
    ['status.js', 'text/javascript; charset=utf-8'],
    ['report.css', 'text/css; charset=utf-8'],
    ['report.js', 'text/javascript; charset=utf-8'],
    ['judge.css', 'text/css; charset=utf-8'],
    ['judge.js', 'text/javascript; charset=utf-8'],
    ['samples/apples.jpg', 'image/jpeg'],
    ['samples/cars.jpg', 'image/jpeg'],
    ['samples/plants.jpg', 'image/jpeg'],
    ['samples/empty-road.jpg', 'image/jpeg'],
  ])('%s is %s', async (proxy, type) => {
    const answer = await docs.get('GET /docs/{proxy+}', { proxy });
    expect([answer.statusCode, answer.headers?.['content-type']]).toEqual([200, type]);
    expect(answer.text.length).toBeGreaterThan(1000);
  });

  test.each([
    ['icon.svg', 'image/svg+xml', /^<svg /],
    ['shell.css', 'text/css; charset=utf-8', /\.top \{/],
  ])('%s is %s, and short', async (proxy, type, content) => {
    const answer = await docs.get('GET /docs/{proxy+}', { proxy });
    expect([answer.statusCode, answer.headers?.['content-type']]).toEqual([200, type]);
    expect(answer.text).toMatch(content);
  });

  test.each([
    ['index.html'],
    ['greeting.html'],
    ['head.html'],
    ['../index.js'],
    ['samples/../../index.js'],
    ['samples/README.md'],
    ['%2e%2e/package.json'],
    ['nothing.css'],
    [''],
  ])('%j is not found: answers a problem', async (proxy) => {
    const answer = await docs.get('GET /docs/{proxy+}', { proxy });
    expect([answer.statusCode, answer.headers?.['content-type']]).toEqual([404, 'application/problem+json']);
    expect(JSON.parse(answer.text)).toMatchObject({
      status: 404,
      instance: 'request-1',
      errors: [{ field: 'path', expected: 'a path that /openapi.json lists', received: `/docs/${proxy}` }],
    });
  });
});

test('GET /health answers with the version of the function', async () => {
  const answer = await docs.get('GET /health');
  expect([answer.statusCode, JSON.parse(answer.text)]).toEqual([200, { status: 'ok', function_version: '7' }]);
});

test('GET /models lists the endpoints with their models', async () => {
  const { endpoints } = JSON.parse((await docs.get('GET /models')).text);
  expect(endpoints).toMatchObject([
    { endpoint: 'count-cars', kind: 'count', labels: ['car'], models: [{ name: 'counter-nano', version: '1.0.0' }] },
    { endpoint: 'predict', kind: 'predict', models: [{ name: 'counter-nano' }] },
  ]);
  expect(endpoints[1]).not.toHaveProperty('labels');
});

describe('other settings', () => {
  test.each([
    [{ AWS_ENDPOINT_URL: 'http://127.0.0.1:8001' }, 'http://127.0.0.1:8001 http://pictures.127.0.0.1:8001'],
    [{ AWS_ENDPOINT_URL_S3: 'https://s3.example.com/x' }, 'https://s3.example.com https://pictures.s3.example.com'],
    [{ AWS_REGION: 'cn-north-1' }, 'https://pictures.s3.cn-north-1.amazonaws.com.cn'],
  ])('with %j the page can post to %s', async (environment, origins) => {
    const other = await loadDocs(SETTINGS, environment as Record<string, string>);
    const { headers = {} } = await other.get('GET /docs');
    other.remove();
    expect(headers['content-security-policy']).toContain(`connect-src 'self' ${origins};`);
  });

  test('on the local emulator the page knows that authentication is not enforced', async () => {
    const laptop = await loadDocs({ ...SETTINGS, auth: 'iam' }, { AUTHORIZERS_DISABLED: 'true' });
    const { text } = await laptop.get('GET /docs');
    laptop.remove();
    expect(text).toContain('"auth":"iam"');
    expect(text).toContain('"guarded":false');
  });

  test('a name is escaped in the page', async () => {
    const evil = await loadDocs({ ...SETTINGS, name: '</script><script>alert(1)</script>"&' });
    const { text } = await evil.get('GET /docs');
    evil.remove();
    expect(text).not.toContain('<script>alert');
    expect(text).toContain(
      '<title>&#60;/script&#62;&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#38;: try it</title>',
    );
    const [, data = ''] = /id="settings">(.*)<\/script>/.exec(text) ?? [];
    expect(JSON.parse(data).name).toBe('</script><script>alert(1)</script>"&');
  });

  test('missing or invalid settings are named at load', async () => {
    await expect(loadDocs(SETTINGS, { BUCKET_NAME: '' })).rejects.toThrow('BUCKET_NAME');
    await expect(loadDocs(SETTINGS, { PLATFORM_SETTINGS: '{"name":1}' })).rejects.toThrow(/PLATFORM_SETTINGS.*name/s);
  });
});

test('GET /models says what golden pictures proved of a model, where it is known', async () => {
  const checked = { boxes: true, classes: false, colour: false };
  const [first, ...others] = SETTINGS.endpoints;
  const proven = first?.modelSummaries.map((summary) => ({ ...summary, checked })) ?? [];
  const known = await loadDocs({
    ...SETTINGS,
    endpoints: [{ ...SETTINGS.endpoints[0], modelSummaries: proven }, ...others],
  } as typeof SETTINGS);
  const { endpoints } = JSON.parse((await known.get('GET /models')).text);
  known.remove();
  expect(endpoints[0].models[0].checked).toEqual(checked);
  expect(Object.keys(endpoints[1].models[0])).not.toContain('checked');
});
