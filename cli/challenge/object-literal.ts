/** Changes properties of object literals in TypeScript source, as far as that is possible without a parser. */

/** One property of an object literal: positions in the source. */
interface Property {
  readonly key: string;
  /** Of the key's first character, and after the value. */
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

/** An object literal in a source: its properties in order. */
export interface ObjectLiteral {
  /** Position after its opening brace. */
  readonly inside: number;
  readonly properties: readonly Property[];
}

/** Positions of a source: comments and strings are one token each, so that their braces and commas do not count. */
const TOKENS = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|[{}[\](),]/g;

/** The only object literal with this property and text as its value; undefined where there is none, or several. */
export function objectWith(source: string, key: string, text: string): ObjectLiteral | undefined {
  const found = objectsOf(source).filter(({ properties }) =>
    properties.some((property) => property.key === key && /^(['"`])(.*)\1$/.exec(property.value)?.[2] === text),
  );
  return found.length === 1 ? found[0] : undefined;
}

/** A property to set. */
export interface Wanted {
  readonly key: string;
  /** Code; undefined removes the property. */
  readonly value: string | undefined;
  /** The property after which a new one is added; without it, the first one. */
  readonly after: string;
}

/** Sets, adds or removes a property. */
export function setProperty(source: string, { properties }: ObjectLiteral, { key, value, after }: Wanted): string {
  const index = properties.findIndex((property) => property.key === key);
  const own = properties[index];
  if (own && value !== undefined) return splice(source, own.start, own.end, `${key}: ${value}`);
  if (own) {
    const [previous, next] = [properties[index - 1], properties[index + 1]];
    if (next) return splice(source, own.start, next.start, '');
    return previous ? splice(source, previous.end, own.end, '') : source;
  }
  const before = properties.find((property) => property.key === after) ?? properties[0];
  return value === undefined || !before ? source : splice(source, before.end, before.end, `, ${key}: ${value}`);
}

function splice(source: string, start: number, end: number, by: string): string {
  return source.slice(0, start) + by + source.slice(end);
}

interface Open {
  readonly bracket: string;
  readonly inside: number;
  readonly properties: Property[];
  /** Where the present property begins. */
  from: number;
}

function objectsOf(source: string): ObjectLiteral[] {
  const objects: ObjectLiteral[] = [];
  const open: Open[] = [];
  for (const { 0: token, index } of source.matchAll(TOKENS)) {
    const top = open.at(-1);
    if ('{[('.includes(token)) {
      open.push({ bracket: token, inside: index + 1, properties: [], from: index + 1 });
    } else if (top && '}]),'.includes(token)) {
      top.properties.push(...propertyIn(source, top.from, index));
      top.from = index + 1;
      if (token === ',') continue;
      open.pop();
      if (top.bracket === '{') objects.push({ inside: top.inside, properties: top.properties });
    }
  }
  return objects;
}

/** The property between two commas, without the comments before and after it. */
function propertyIn(source: string, from: number, to: number): Property[] {
  const comment = String.raw`(?:\s|//[^\n]*(?:\n|$)|/\*[\s\S]*?\*/)*`;
  const pattern = new RegExp(String.raw`^(${comment})(\w+)\s*:\s*([\s\S]*?)${comment}$`);
  const [, before = '', key, value = ''] = pattern.exec(source.slice(from, to)) ?? [];
  if (key === undefined) return [];
  const start = from + before.length;
  return [{ key, value, start, end: source.indexOf(value, start + key.length) + value.length }];
}
