/** Any value as a short text for messages. */

/**
 * As JSON, and in words where JSON has no form for it: `NaN`, `2048n`, a function, an object that contains itself.
 * @param above the objects that contain the value
 */
export function shown(value: unknown, above: readonly object[] = []): string {
  if (value === undefined) return above.length === 0 ? 'nothing' : 'undefined';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' && Object.is(value, -0)) return '-0';
  if (typeof value === 'number' || typeof value === 'symbol') return String(value);
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (above.includes(value)) return 'an object that contains itself';
  return shownObject(value, [...above, value]);
}

function shownObject(value: object, above: readonly object[]): string {
  if (Array.isArray(value)) return `[${Array.from(value, (item) => shown(item, above)).join(',')}]`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid date' : JSON.stringify(value);
  if (value instanceof Map || value instanceof Set || value instanceof RegExp) return `a ${value.constructor.name}`;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${shown(item, above)}`).join(',')}}`;
}
