import { isUtf8 } from 'node:buffer';
import { type InvalidField, MalformedBodyError, shown } from '../api/errors.ts';

/** Most keys of an object: the picture and every option, with room. Because 480,000 keys take seconds to check. */
const MAX_KEYS = 64;

const OBJECT = { field: 'body', expected: 'a JSON object' } as const;

/**
 * The body of a JSON request, in UTF-8 (RFC 8259).
 * @throws MalformedBodyError when it is not a JSON object, or a key is repeated, of whose values parsers take any
 */
export function parseJsonObject(bytes: Uint8Array): Record<string, unknown> {
  const encoding = otherEncoding(bytes);
  if (encoding !== undefined) throw new MalformedBodyError([{ ...OBJECT, received: encoding }]);
  const text = new TextDecoder().decode(bytes);
  const invalid: InvalidField = { ...OBJECT, received: text === '' ? 'no bytes' : shown(text) };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new MalformedBodyError([invalid], { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new MalformedBodyError([invalid]);
  checkKeys(text);
  return value as Record<string, unknown>;
}

function otherEncoding(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  if (/^(0000|.{4}0000)/.test(start)) return 'text in UTF-32 instead of UTF-8';
  if (/^(fffe|feff|00|..00)/.test(start)) return 'text in UTF-16 instead of UTF-8';
  return isUtf8(bytes) ? undefined : 'bytes that are not UTF-8';
}

/** @param text of an object, without a fault */
function checkKeys(text: string): void {
  const seen = new Set<string>();
  for (const key of keysOf(text)) {
    if (seen.has(key))
      throw new MalformedBodyError([{ field: shown(key), expected: 'one value', received: 'several' }]);
    seen.add(key);
    if (seen.size > MAX_KEYS)
      throw new MalformedBodyError([{ field: 'body', expected: `at most ${MAX_KEYS} keys`, received: 'more' }]);
  }
}

/** The keys of an object, repeated ones included, without those of objects in it. */
function* keysOf(text: string): Generator<string> {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    else if (character === '"') {
      const end = endOfText(text, at);
      if (depth === 1 && isFollowedByColon(text, end)) yield JSON.parse(text.slice(at, end));
      at = end - 1;
    }
  }
}

/** The position behind a text. By a search for its end, because a picture has millions of characters. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return end + 1;
  }
}

function isFollowedByColon(text: string, at: number): boolean {
  let next = at;
  while (' \t\r\n'.includes(text[next] as string)) next++;
  return text[next] === ':';
}
