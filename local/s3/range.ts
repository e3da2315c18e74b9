/**
 * `Range` of a read. S3 ignores a header that is malformed or names several ranges, and sends the whole object.
 * @see https://github.com/basho/riak_cs/pull/304 two ranges, tried on S3
 * @see https://github.com/versity/versitygw/issues/1120 malformed ones
 */

/** One range of bytes, or the last bytes. */
const SINGLE = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/;

/**
 * The headers as fauxqs, which refuses those that S3 ignores, must get them.
 * @param size of the object, bytes
 */
export function withRange(headers: Readonly<Record<string, string>>, size: number): Readonly<Record<string, string>> {
  const { range, ...others } = headers;
  const [whole, first, last, suffix] = SINGLE.exec(range ?? '') ?? [];
  if (whole === undefined || (last && Number(last) < Number(first))) return others;
  // Of a shorter object, the last bytes are all (RFC 9110, section 14.1.2).
  if (Number(suffix) > size && size > 0) return { ...others, range: 'bytes=0-' };
  return headers;
}
