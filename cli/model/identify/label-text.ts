import { listedNames } from './listed-names.ts';

/** Keys under which files and exporters write class names. */
export const NAME_KEYS = ['names', 'class_names', 'labels', 'classes', 'id2label'] as const;

/**
 * Class names in the notations of exporters and tools: lists and dictionaries of Python and JSON, also below a key such
 * as `names`; `names` of a YOLO `data.yaml`; COCO's `categories`; TensorFlow's label map, as
 * `item { id: 1 name: 'car' }`; numbered lines.
 * @returns `undefined` for another text; a plain list of lines or commas is another text
 */
export function namesIn(text: string): string[] | undefined {
  return namesOfJson(text) ?? listedNames(text) ?? namesOfYaml(text) ?? namesOfLabelMap(text) ?? numberedLines(text);
}

/** Whether a text is written in such a notation, also in a call of Python, so that its lines are no names. */
export function isNotation(text: string): boolean {
  return /^\s*(\w+\s*\()?[[{(]/.test(text) || /^\s*names\s*:/m.test(text) || /\bitem\s*\{/.test(text);
}

function namesOfJson(text: string): string[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (Array.isArray(json)) return namedObjects(json);
  if (typeof json !== 'object' || json === null) return undefined;
  const entries = json as Readonly<Record<string, unknown>>;
  if (Array.isArray(entries.categories)) return namedObjects(entries.categories);
  const key = NAME_KEYS.find((each) => typeof entries[each] === 'object' && entries[each] !== null);
  return key && (listedNames(JSON.stringify(entries[key])) ?? namesOfJson(JSON.stringify(entries[key])));
}

/** `[{"id": 1, "name": "car"}]`, in the order of the ids. */
function namedObjects(list: readonly unknown[]): string[] | undefined {
  const named = list.flatMap((each) => {
    const { id, name } = (each ?? {}) as { id?: unknown; name?: unknown };
    return typeof name === 'string' && (id === undefined || Number.isInteger(id))
      ? [{ id: Number(id ?? 0), name }]
      : [];
  });
  if (named.length !== list.length || named.length === 0) return undefined;
  return named.toSorted((a, b) => a.id - b.id).map(({ name }) => name);
}

/** `names: [car, apple]`, `names:` with lines `- car` or `0: car`. */
function namesOfYaml(text: string): string[] | undefined {
  const match = /^names[ \t]*:[ \t]*(.*(?:\n(?:[ \t]+.*|[ \t]*-.*|\]|))*)/m.exec(text);
  const value = match?.[1]?.replace(/(^|\s)#[^'"\n]*$/gm, '').trim();
  if (!value) return undefined;
  const inline = /^\[([^[\]{}"']*)\]$/.exec(value)?.[1];
  if (inline !== undefined) return inline.split(',').map((name) => name.trim());
  const flow = /^\{([^[\]{}"']*)\}$/.exec(value)?.[1];
  if (flow !== undefined) return numberedLines(flow.replaceAll(',', '\n'));
  const lines = value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.every((line) => line.startsWith('- '))) return lines.map((line) => unquoted(line.slice(2)));
  return listedNames(value) ?? numberedLines(value);
}

function namesOfLabelMap(text: string): string[] | undefined {
  const items = [...text.matchAll(/\bitem\s*\{([^}]*)\}/g)].map(([, body = '']) => ({
    id: Number(/\bid\s*:\s*(\d+)/.exec(body)?.[1]),
    name: /\bdisplay_name\s*:\s*["']([^"']*)["']/.exec(body)?.[1] ?? /\bname\s*:\s*["']([^"']*)["']/.exec(body)?.[1],
  }));
  return fromNumbers(items.map(({ id, name }) => [id, name ?? ''] as const));
}

/** `0 car`, `0: car`, `1. car` or `car,0`, one in each line. */
function numberedLines(text: string): string[] | undefined {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const pairs = (pattern: RegExp) =>
    lines.flatMap((line) => {
      const { number, name } = pattern.exec(line)?.groups ?? {};
      return number !== undefined && name !== undefined ? [[Number(number), unquoted(name)] as const] : [];
    });
  const all = [NUMBER_FIRST, NUMBER_LAST].map(pairs).find(({ length }) => length === lines.length);
  return all && fromNumbers(all);
}

const NUMBER_FIRST = /^(?<quote>["']?)(?<number>\d+)\k<quote>(?:\s*[:,;=.)]\s*|\s+)(?<name>\S.*)$/;
/** With a sign between, because a name may end with a number. */
const NUMBER_LAST = /^(?<name>\S.*?)\s*[:,;=\t]\s*(?<number>\d+)$/;

/** Names in the order of their numbers, if these are 0 … n − 1 or 1 … n. */
function fromNumbers(pairs: readonly (readonly [number: number, name: string])[]): string[] | undefined {
  const sorted = pairs.toSorted(([a], [b]) => a - b);
  const first = sorted[0]?.[0];
  if (first !== 0 && first !== 1) return undefined;
  return sorted.every(([number], index) => number === first + index) ? sorted.map(([, name]) => name) : undefined;
}

/** Without the quotes around it. */
export function unquoted(name: string): string {
  const trimmed = name.trim();
  return /^(["'])(.*)\1$/.exec(trimmed)?.[2] ?? trimmed;
}
