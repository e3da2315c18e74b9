const WIDTH = 120;

/**
 * JSON in the format of this repository, so that written packages pass `npm run check`: objects over several lines,
 * arrays on one line if they fit into 120 columns.
 */
export function formatJson(value: unknown): string {
  return `${format(value, '', 0)}\n`;
}

/** @param taken columns already used on the first line */
function format(value: unknown, indent: string, taken: number): string {
  if (Array.isArray(value)) return formatArray(value, indent, taken);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  if (entries.length === 0) return '{}';
  const inner = `${indent}  `;
  const lines = entries.map(([key, each]) => {
    const name = `${inner}${JSON.stringify(key)}: `;
    return name + format(each, inner, name.length + 1);
  });
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function formatArray(values: readonly unknown[], indent: string, taken: number): string {
  const inner = `${indent}  `;
  if (values.every((each) => typeof each !== 'object' || each === null)) {
    const line = `[${values.map((each) => JSON.stringify(each)).join(', ')}]`;
    if (taken + line.length <= WIDTH) return line;
  }
  if (values.length === 0) return '[]';
  return `[\n${values.map((each) => inner + format(each, inner, inner.length + 1)).join(',\n')}\n${indent}]`;
}
