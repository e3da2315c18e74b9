import { element } from '../common/element.ts';
import type { Reference, Schema } from './openapi-types.ts';

/** A schema in a few words, with links to named ones: `number 0–1`, `list of Detection`. */
export function typeWords(schema: Schema | Reference): (Node | string)[] {
  if ('$ref' in schema) return [schemaLink(schema)];
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) return variants.flatMap((each, index) => [...(index > 0 ? [' or '] : []), ...typeWords(each)]);
  if (schema.enum) return [schema.enum.map((value) => JSON.stringify(value)).join(' | ')];
  if (schema.const !== undefined) return [JSON.stringify(schema.const)];
  if (schema.items) return ['list of ', ...typeWords(schema.items)];
  const values = schema.additionalProperties;
  if (schema.type === 'object' && typeof values === 'object') return ['text → ', ...typeWords(values)];
  if (schema.type === 'object' && schema.properties) return [`{ ${Object.keys(schema.properties).join(', ')} }`];
  return [`${plainType(schema)}${range(schema)}`];
}

/** The fields of an object, or the words of anything else. */
export function schemaView(schema: Schema | Reference): HTMLElement {
  if ('$ref' in schema || !schema.properties) return element('p', {}, ...typeWords(schema));
  const rows = Object.entries(schema.properties).map(([name, field]) => ({
    name,
    notes: [...(schema.required?.includes(name) ? ['required, '] : []), ...typeWords(field)],
    meaning: '$ref' in field ? '' : (field.description ?? ''),
  }));
  return table('Field', rows);
}

/** Words in which backticks mark code. */
export function prose(words: string): HTMLElement {
  const parts = words.split('`').map((part, index) => (index % 2 === 1 ? element('code', {}, part) : part));
  return element('span', {}, ...parts);
}

/** A row about something that has a name. */
export interface Row {
  readonly name: string;
  /** What is to be known about it in a few words: its type, where it goes. */
  readonly notes: readonly (Node | string)[];
  readonly meaning: string;
}

/** Names with their notes on the left, their meaning on the right: two columns fit on a phone. */
export function table(head: string, rows: readonly Row[]): HTMLElement {
  const heads = [head, 'Meaning'].map((name) => element('th', { scope: 'col' }, name));
  const body = rows.map(({ name, notes, meaning }) => {
    const label = element('td', {}, element('code', {}, name), element('div', { class: 'fine' }, ...notes));
    return element('tr', {}, label, element('td', {}, prose(meaning)));
  });
  return element('table', {}, element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...body));
}

function schemaLink({ $ref }: Reference): HTMLElement {
  const name = $ref.split('/').at(-1) ?? '';
  return element('a', { href: `#schema-${name}` }, name);
}

function plainType({ type, format, contentEncoding }: Schema): string {
  if (format === 'binary') return 'bytes';
  if (contentEncoding) return contentEncoding;
  return [type === 'string' ? 'text' : (type ?? 'anything'), ...(format ? [`(${format})`] : [])].join(' ');
}

/** Bounds that say something; those of a 53-bit integer do not. */
function range({ minimum, maximum }: Schema): string {
  const upper = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  const lower = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  if (lower === undefined && upper === undefined) return '';
  return upper === undefined ? ` from ${lower}` : ` ${lower ?? ''}–${upper}`;
}
