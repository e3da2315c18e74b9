import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { quote } from '../../functions/pages/common/curl.ts';
import type { PredictionRequest } from '../../functions/pages/common/prediction-request.ts';
import { curlLines } from '../../functions/pages/try/curl.ts';

const request: PredictionRequest = { endpoint: 'count-cars', kind: 'count', alias: 'live', options: {} };
const context = { origin: 'https://a1.execute-api.eu-west-3.amazonaws.com', auth: 'none', maxBodyBytes: 1000 } as const;

function picture(name: string, bytes = 10, sample?: string) {
  const file = new File([new Uint8Array(bytes)], name);
  return { file, type: 'image/png', ...(sample !== undefined && { sample }) };
}

test('a shell reads a quoted word as it was', () => {
  const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(word, (text) => {
      expect(execFileSync('sh', ['-c', `printf %s ${quote(text)}`]).toString()).toBe(text);
    }),
    { numRuns: 40, examples: [["it's"], ['$(id)'], ['a b'], ['`'], ['"'], ['\\'], ['!'], ['*'], ['~']] },
  );
});

test.each([
  ['nothing chosen yet', undefined, {}, ['-F file=@photo.jpg', `${context.origin}/count-cars`]],
  ['an own file', picture('my car.png'), {}, ["-F file=@'my car.png'", `${context.origin}/count-cars`]],
  [
    'a name that curl would split',
    picture('a;b,c.png'),
    {},
    [`-F file=@'"a;b,c.png"'`, `${context.origin}/count-cars`],
  ],
  [
    'options',
    picture('a.png'),
    { options: { confidence: '0.30', iou: '0.5' } },
    ['-F file=@a.png', `'${context.origin}/count-cars?confidence=0.30&iou=0.5'`],
  ],
  [
    'the candidate',
    picture('a.png'),
    { alias: 'candidate' },
    ['-F file=@a.png', `${context.origin}/candidate/count-cars`],
  ],
  [
    'predict, whose default answer is the picture',
    picture('a.png'),
    { endpoint: 'predict', kind: 'predict', options: { model: 'm' } },
    ["-H 'Accept: application/json'", '-F file=@a.png', `'${context.origin}/predict?model=m'`],
  ],
] as const)('%s', (_name, chosen, changes, parts) => {
  expect(curlLines({ ...request, ...changes }, chosen, context)).toBe(`curl ${parts.join(' \\\n  ')}`);
});

test('a sample is downloaded first', () => {
  const [first] = curlLines(request, picture('cars.jpg', 10, 'cars'), context).split('\n');
  expect(first).toBe(`curl -sO ${context.origin}/docs/samples/cars.jpg`);
});

test('a token is a variable of the shell', () => {
  expect(curlLines(request, picture('a.png'), { ...context, auth: 'jwt' })).toContain(
    '-H "Authorization: Bearer $TOKEN"',
  );
});

test('with IAM, curl signs the bytes for the region of the URL', () => {
  const lines = curlLines(request, picture('a.png'), { ...context, auth: 'iam' });
  expect(lines).toContain('--aws-sigv4 "aws:amz:eu-west-3:execute-api"');
  expect(lines).toContain("-H 'Content-Type: image/png' --data-binary @a.png");
  expect(lines).not.toContain('-F');
});

test('a picture too large for a request is uploaded', () => {
  const lines = curlLines({ ...request, options: { iou: '0.5' } }, picture('big.png', 2000), context);
  expect(lines).toContain(`-X POST '${context.origin}/count-cars/uploads?content_type=image%2Fpng&iou=0.5'`);
  expect(lines).toContain('-F file=@big.png "$(jq -r .url <<<"$ticket")"');
});
