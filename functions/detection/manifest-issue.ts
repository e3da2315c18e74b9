import type * as z from 'zod';

/** A type with its article, where the manifest uses it. */
const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'text',
  tuple: 'a list',
};

/** The unit of a length; numbers have none. */
const UNITS: Readonly<Record<string, string>> = { array: 'item', string: 'character' };

/** An issue of the schema as "model.json path: expected …, received …". */
export function describeIssue(issue: z.core.$ZodIssue): string {
  const path = ['model.json', issue.path.join('.')].join(' ').trim();
  const received = issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : shown(issue.input);
  return `${path}: ${expectedBy(issue)}, received ${received}`;
}

/** By the issue's code, because the texts of zod's messages change between versions. */
function expectedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `expected one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return `expected one of ${'options' in issue ? issue.options?.map(String).join(', ') : 'several forms'}`;
    case 'unrecognized_keys':
      return 'expected known keys only';
    case 'too_small':
      return `expected ${issue.inclusive ? 'at least' : 'more than'} ${limit(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `expected ${issue.inclusive ? 'at most' : 'less than'} ${limit(issue.maximum, issue.origin)}`;
    default:
      // The schema's own message, which starts with "expected".
      return issue.message;
  }
}

function limit(value: number | bigint, origin: string): string {
  const unit = UNITS[origin];
  return unit ? `${value} ${unit}${Number(value) === 1 ? '' : 's'}` : String(value);
}

function shown(input: unknown): string {
  const text = input === undefined ? 'nothing' : JSON.stringify(input);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
