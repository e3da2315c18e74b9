import { Api, ProblemError } from '../../functions/pages/common/api.ts';

const { signal } = new AbortController();
const api = new Api(() => ({ authorization: 'Bearer abc' }));

afterEach(() => jest.restoreAllMocks());

/** Answers the next requests. */
function answerWith(body: unknown, init: ResponseInit = {}) {
  return jest.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json(body, init));
}

test('a call sends the credentials, accepts JSON, and returns the body', async () => {
  const fetch = answerWith({ phase: 'none' });
  expect(await api.status('count-cars', signal)).toEqual({ phase: 'none' });
  const headers = { accept: 'application/json', authorization: 'Bearer abc' };
  expect(fetch).toHaveBeenCalledWith('/count-cars/status', expect.objectContaining({ headers }));
});

test.each([
  ['4', '/count-cars/report?version=4'],
  [null, '/count-cars/report'],
])('the report of version %s is at %s', async (version, path) => {
  const fetch = answerWith('');
  await api.report('count-cars', version);
  expect(fetch.mock.calls[0]?.[0]).toBe(path);
});

test('a result that is not ready gives the wait of `Retry-After`, or 2 s', async () => {
  answerWith({}, { status: 202, headers: { 'retry-after': '5' } });
  expect(await api.result('/x', signal)).toEqual({ retryAfterMs: 5000 });
  answerWith({}, { status: 202 });
  expect(await api.result('/x', signal)).toEqual({ retryAfterMs: 2000 });
});

test('a rejected upload is its problem', async () => {
  const problem = { title: 'The picture cannot be decoded', status: 422 };
  answerWith({ status: 'rejected', problem });
  await expect(api.result('/x', signal)).rejects.toThrow(expect.objectContaining({ problem }));
});

test('a problem document is thrown with its numbers', async () => {
  const problem = { title: 'An option is not valid', status: 400, errors: [{ field: 'confidence', min: 0.3 }] };
  answerWith(problem, { status: 400 });
  await expect(api.status('x', signal)).rejects.toThrow(expect.objectContaining({ problem }));
});

test.each([
  [401, { message: 'Unauthorized' }, 'The access token is missing, expired or invalid', 'Unauthorized'],
  [403, { message: 'Forbidden' }, 'Access to the API is denied', 'Forbidden'],
  [418, {}, 'The API responded with status 418', ''],
])('a message of API Gateway with status %i gets a title', async (status, body, title, detail) => {
  answerWith(body, { status });
  await expect(api.status('x', signal)).rejects.toThrow(
    expect.objectContaining({ problem: { status, title, detail } }),
  );
});

test('a failure without a response is a problem without a status; an abort stays an abort', async () => {
  const fetch = jest.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('failed'));
  const error = await api.status('x', signal).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProblemError);
  expect((error as ProblemError).problem).toMatchObject({ title: 'The API did not respond' });
  expect((error as ProblemError).problem).not.toHaveProperty('status');
  const abort = new DOMException('aborted', 'AbortError');
  fetch.mockRejectedValue(abort);
  await expect(api.status('x', signal)).rejects.toBe(abort);
});
