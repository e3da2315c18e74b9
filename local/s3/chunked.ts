/**
 * Decodes bodies in chunks (`Content-Encoding: aws-chunked`), with a checksum in their trailer. Signatures of chunks
 * are not checked.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */

import { AwsError } from '../protocol/aws-error.ts';
import type { ServiceRequest } from '../protocol/service.ts';
import { isChecksum } from './digests.ts';

/** The request with its content, and with the checksum of its trailer as a header. @throws AwsError */
export function withoutChunks(request: ServiceRequest): ServiceRequest {
  const { headers, body } = request;
  if (!isChunked(request)) return request;
  const length = headers['x-amz-decoded-content-length'];
  if (length === undefined)
    throw new AwsError('MissingContentLength', 411, 'You must provide the Content-Length HTTP header.');
  const { content, trailer } = decode(body);
  if (content.length !== Number(length)) throw incomplete();
  const checksums = checksumsOf(trailer, headers);
  const codings = (headers['content-encoding'] ?? '').split(',').map((coding) => coding.trim());
  const others = codings.filter((coding) => coding !== '' && coding.toLowerCase() !== 'aws-chunked');
  const { 'content-encoding': _chunked, ...kept } = headers;
  const coding = others.length > 0 ? { 'content-encoding': others.join(',') } : {};
  return { ...request, headers: { ...kept, ...coding, ...checksums }, body: content };
}

function isChunked({ headers }: ServiceRequest): boolean {
  return (
    /^STREAMING-/.test(headers['x-amz-content-sha256'] ?? '') || /aws-chunked/i.test(headers['content-encoding'] ?? '')
  );
}

/** Each chunk has its size in hex, an optional signature, and its data; the last one is empty. */
function decode(body: Buffer): { content: Buffer; trailer: string } {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = body.indexOf('\r\n', at);
    const size = end < 0 ? undefined : /^([0-9a-f]{1,16})(;[^\r\n]*)?$/i.exec(body.toString('latin1', at, end))?.[1];
    if (size === undefined) throw incomplete();
    const start = end + 2;
    const bytes = Number.parseInt(size, 16);
    if (bytes === 0) return { content: Buffer.concat(chunks), trailer: body.toString('latin1', start) };
    at = start + bytes + 2;
    if (body.toString('latin1', at - 2, at) !== '\r\n') throw incomplete();
    chunks.push(body.subarray(start, start + bytes));
  }
}

/** The checksums of a trailer, whose names must be those that `x-amz-trailer` announces. */
function checksumsOf(trailer: string, headers: Readonly<Record<string, string>>): Record<string, string> {
  const lines = trailer.split('\r\n').filter((line) => line !== '' && !/^x-amz-trailer-signature:/i.test(line));
  const found = lines.map((line): [string, string] => {
    const [, name = '', value = ''] = /^([^:\s]+):\s*(.*?)\s*$/.exec(line.replace(/\n$/, '')) ?? malformedTrailer();
    return [name.toLowerCase(), value];
  });
  const announced = headers['x-amz-trailer']?.trim().toLowerCase();
  // As clients do that send a checksum as a header and announce it as a trailer: the header counts.
  if (found.length === 0 && announced !== undefined && headers[announced] !== undefined) return {};
  const isAsAnnounced = found.length === (announced === undefined ? 0 : 1) && found[0]?.[0] === announced;
  if (!isAsAnnounced || !found.every(([name]) => isChecksum(name))) malformedTrailer();
  return Object.fromEntries(found);
}

function incomplete(): AwsError {
  const message = 'The request body terminated unexpectedly';
  return new AwsError('IncompleteBody', 400, message);
}

function malformedTrailer(): never {
  const message =
    'The request contained trailing data that was not well-formed or did not conform to our published schema.';
  throw new AwsError('MalformedTrailerError', 400, message);
}
