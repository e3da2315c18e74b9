import { element } from '../common/element.ts';
import type { Reference, Schema } from './openapi-types.ts';

/** A schema as short text, with links to named schemas: `number 0–1`, `list of Detection`. */
export function typeWords(schema: Schema | Reference): (Node | string)[] {
  if ('$ref' in schema) return [schemaLink(schema)];
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) return variants.flatMap((each, index) => [...(index > 0 ? [' or '] : []), ...typeWords(each)]);
  if (schema.enum) return [schema.enum.map((value) => JSON.stringify(value)).join(' | ')];
  if (schema.const !== undefined) return [JSON.stringify(schema.const)];
  if (schema.items) return ['list of ', ...typeWords(schema.items)];
  const values = schema.additionalProperties;
  if (schema.type === 'object' && typeof values === 'object') return ['map of text to ', ...typeWords(values)];
  if (schema.type === 'object' && schema.properties) return [`{ ${Object.keys(schema.properties).join(', ')} }`];
  return [`${plainType(schema)}${range(schema)}`];
}

/** The fields of an object as a table; any other schema as text. */
export function schemaView(schema: Schema | Reference): HTMLElement {
  if ('$ref' in schema || !schema.properties) return element('p', {}, ...typeWords(schema));
  const rows = Object.entries(schema.properties).map(([name, field]) => ({
    name,
    notes: [...(schema.required?.includes(name) ? ['required, '] : []), ...typeWords(field)],
    meaning: '$ref' in field ? '' : (field.description ?? ''),
  }));
  return table('Field', rows);
}

/** Text in which backticks mark code. */
export function prose(text: string): HTMLElement {
  const parts = text.split('`').map((part, index) => (index % 2 === 1 ? element('code', {}, part) : part));
  return element('span', {}, ...parts);
}

/** A row of a table of parameters or fields. */
export interface Row {
  readonly name: string;
  /** Its type, where it belongs, whether it is required. */
  readonly notes: readonly (Node | string)[];
  readonly meaning: string;
}

/** A table of two columns, which fit on a phone: names with notes, and meanings. */
export function table(head: string, rows: readonly Row[]): HTMLElement {
  const heads = [head, 'Description'].map((name) => element('th', { scope: 'col' }, name));
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

/** The bounds, except those of any 53-bit integer. */
function range({ minimum, maximum }: Schema): string {
  const upper = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  const lower = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  if (lower === undefined && upper === undefined) return '';
  return upper === undefined ? ` from ${lower}` : ` ${lower ?? ''}–${upper}`;
}
