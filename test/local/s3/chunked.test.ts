/** Bodies in chunks, as S3 reads them. What S3 answers: github.com/versity/versitygw/issues/1600, 1632 and 1691. */

import { withoutChunks } from '../../../local/s3/chunked.ts';

const TRAILER = 'x-amz-checksum-crc64nvme';
const SIGNED = 'x-amz-trailer-signature:0';

interface Sent {
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

function read({ body = '3\r\nabc\r\n0\r\n\r\n', headers = {} }: Sent) {
  const own = { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '3', ...headers };
  const request = { method: 'PUT', path: '/b/k', query: new URLSearchParams(), headers: own, body: Buffer.from(body) };
  const { headers: found, body: content } = withoutChunks(request);
  return { content: content.toString(), coding: found['content-encoding'], checksum: found[TRAILER] };
}

test.each<[string, Sent, ReturnType<typeof read>]>([
  ['without a trailer', {}, { content: 'abc', coding: undefined, checksum: undefined }],
  [
    'with a checksum in its trailer',
    { body: `1\r\na\r\n2\r\nbc\r\n0\r\n${TRAILER}:AAAAAAAAAAA=\r\n\r\n`, headers: { 'x-amz-trailer': TRAILER } },
    { content: 'abc', coding: undefined, checksum: 'AAAAAAAAAAA=' },
  ],
  [
    'with signatures, which are not checked',
    {
      body: `3;chunk-signature=0\r\nabc\r\n0;chunk-signature=0\r\n${TRAILER}:AA=\n\r\n${SIGNED}\r\n\r\n`,
      headers: { 'x-amz-trailer': 'X-Amz-Checksum-Crc64nvme' },
    },
    { content: 'abc', coding: undefined, checksum: 'AA=' },
  ],
  [
    'with a coding of the object',
    { headers: { 'content-encoding': 'gzip, aws-chunked' } },
    { content: 'abc', coding: 'gzip', checksum: undefined },
  ],
  [
    'with a checksum as a header, which is announced as a trailer',
    { headers: { 'x-amz-trailer': TRAILER, [TRAILER]: 'BB=' } },
    { content: 'abc', coding: undefined, checksum: 'BB=' },
  ],
])('a body %s', (_what, sent, expected) => expect(read(sent)).toEqual(expected));

test.each<[string, Sent, string]>([
  ['whose trailer is not announced', { body: `3\r\nabc\r\n0\r\n${TRAILER}:AA=\r\n\r\n` }, 'MalformedTrailerError'],
  ['that lacks its trailer', { headers: { 'x-amz-trailer': TRAILER } }, 'MalformedTrailerError'],
  [
    'with another trailer',
    { body: '3\r\nabc\r\n0\r\nx-amz-checksum-crc32:AA=\r\n\r\n', headers: { 'x-amz-trailer': TRAILER } },
    'MalformedTrailerError',
  ],
  [
    'with a trailer that is no checksum',
    { body: '3\r\nabc\r\n0\r\nx-amz-acl:public\r\n\r\n', headers: { 'x-amz-trailer': 'x-amz-acl' } },
    'MalformedTrailerError',
  ],
  ['that ends early', { body: '3\r\nab' }, 'IncompleteBody'],
  ['without its last chunk', { body: '3\r\nabc\r\n' }, 'IncompleteBody'],
  ['whose size is no number', { body: 'x\r\nabc\r\n0\r\n\r\n' }, 'IncompleteBody'],
  ['whose chunk is longer', { body: '2\r\nabc\r\n0\r\n\r\n' }, 'IncompleteBody'],
  ['of another length', { headers: { 'x-amz-decoded-content-length': '4' } }, 'IncompleteBody'],
])('a body %s is refused', (_what, sent, code) => expect(() => read(sent)).toThrow(expect.objectContaining({ code })));

test('a body without its decoded length is refused', () => {
  const headers = { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' };
  const request = { method: 'PUT', path: '/', query: new URLSearchParams(), headers, body: Buffer.alloc(0) };
  expect(() => withoutChunks(request)).toThrow(expect.objectContaining({ code: 'MissingContentLength' }));
});
