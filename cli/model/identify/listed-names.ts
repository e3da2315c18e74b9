/** A quoted string of Python or JSON, a number, or one of the signs of lists and dictionaries; spaces before it. */
const TOKEN = /\s*(?:[ub]?'((?:[^'\\]|\\.)*)'|[ub]?"((?:[^"\\]|\\.)*)"|(-?\d+)|([[\](){},:]))/y;

interface Token {
  readonly kind: 'text' | 'number' | 'sign';
  readonly value: string;
}

/**
 * Class names as exporters write them: a list or dictionary in Python's or JSON's notation: `{0: 'car'}`,
 * `{"1": "car"}`, `['car']`, `("car",)`, `{"car": 0}`. A dictionary counts from 0 or 1 without gaps, in any order.
 * @returns `undefined` for another text
 */
export function listedNames(text: string): string[] | undefined {
  const tokens = tokensOf(text);
  const [open, close] = [tokens?.[0]?.value, tokens?.at(-1)?.value];
  if (!tokens || !['[]', '()', '{}'].includes(`${open}${close}`)) return undefined;
  const inner = tokens.slice(1, -1);
  const items = split(inner.at(-1)?.value === ',' ? inner.slice(0, -1) : inner);
  return open === '{' ? fromDictionary(items) : fromList(items);
}

function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  const end = text.trimEnd().length;
  while (pattern.lastIndex < end) {
    const match = pattern.exec(text);
    if (!match) return undefined;
    const [, single, double, number, sign] = match;
    const quoted = single ?? double;
    if (quoted !== undefined) tokens.push({ kind: 'text', value: unescaped(quoted) });
    else
      tokens.push(number === undefined ? { kind: 'sign', value: sign as string } : { kind: 'number', value: number });
  }
  return tokens;
}

/** Signs that Python and JSON write as a backslash and a letter. */
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** In one pass, because what a backslash escapes must not be read as the start of another escape. */
function unescaped(quoted: string): string {
  return quoted.replace(/\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))/g, (_, wide, narrow, sign: string) => {
    const hex = wide ?? narrow;
    return hex === undefined ? (ESCAPES[sign] ?? sign) : String.fromCharCode(Number.parseInt(hex, 16));
  });
}

/** The tokens between commas. */
function split(tokens: readonly Token[]): Token[][] {
  if (tokens.length === 0) return [];
  const items: Token[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'sign' && token.value === ',') items.push([]);
    else items.at(-1)?.push(token);
  }
  return items;
}

function fromList(items: readonly Token[][]): string[] | undefined {
  const names = items.flatMap(([first, ...more]) =>
    first && first.kind !== 'sign' && more.length === 0 ? first.value : [],
  );
  return names.length === items.length ? names : undefined;
}

function fromDictionary(items: readonly Token[][]): string[] | undefined {
  const pairs = items.flatMap(([key, colon, value, ...more]) => {
    if (!key || !value || key.kind === 'sign' || value.kind === 'sign') return [];
    return colon?.value === ':' && more.length === 0 ? [[key, value] as const] : [];
  });
  if (pairs.length !== items.length || pairs.length === 0) return undefined;
  return (
    numbered(pairs.map(([key, value]) => [key.value, value.value])) ??
    numbered(pairs.map(([k, v]) => [v.value, k.value]))
  );
}

/** Names by number, if the numbers are 0 … n − 1 or 1 … n. */
function numbered(pairs: readonly (readonly [number: string, name: string])[]): string[] | undefined {
  if (pairs.some(([number]) => !/^\d+$/.test(number))) return undefined;
  const sorted = pairs.toSorted(([a], [b]) => Number(a) - Number(b));
  const first = Number(sorted[0]?.[0]);
  const whole = first <= 1 && sorted.every(([number], index) => Number(number) === first + index);
  return whole ? sorted.map(([, name]) => name) : undefined;
}
