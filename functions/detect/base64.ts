import { MalformedBodyError, shown } from '../api/errors.ts';

/**
 * The bytes of base64 text. Accepts `data:` URLs, which browsers make, and white space, which mail and shell tools add.
 * Checked here, because Node skips characters that are not base64.
 * @param field of the request, for the error
 * @throws MalformedBodyError
 */
export function decodeBase64(field: string, text: string): Buffer {
  const invalid = (received: string) =>
    new MalformedBodyError([{ field, expected: 'base64 (RFC 4648, with padding)', received }]);
  const [prefix = '', mediaType] = /^\s*data:([^,]{0,255}),/i.exec(text) ?? [];
  if (mediaType !== undefined && !/;\s*base64\s*$/i.test(mediaType)) throw invalid('a data: URL without ";base64"');
  const base64 = text.slice(prefix.length).replace(/\s+/g, '');
  const [other] = /[^A-Za-z0-9+/=]/.exec(base64) ?? [];
  if (other === '-' || other === '_') throw invalid(`base64url, with the character ${shown(other)}`);
  if (other !== undefined) throw invalid(`text with the character ${shown(other)}: ${shown(text)}`);
  if (!/^[^=]*={0,2}$/.test(base64)) throw invalid('padding ("=") before the end');
  if (base64.length % 4 !== 0) throw invalid(`${base64.length} characters, which is no multiple of 4`);
  return Buffer.from(base64, 'base64');
}
