import { MAX_SIDE_LIMIT } from '../contract.ts';
import { type Fault, InvalidOptionsError, shown } from './errors.ts';

/**
 * Most bytes of a picture that come by HTTP. Lambda takes 6 MB in all; base64 makes 4.5 MB of that, and the rest of the
 * event needs room. Bigger ones go through `POST /{endpoint}/uploads`.
 */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** What a caller may ask for, by query, form field, JSON key, or `x-amz-meta-…` of an upload. */
export interface RequestOptions {
  /** Name of the model; only endpoints with several take it. */
  readonly model?: string;
  /** Least confidence of a detection, 0–1. */
  readonly confidence?: number;
  /** IoU over which two boxes are the same object, 0–1. */
  readonly iou?: number;
  /** Longer side of the annotated picture, pixels. */
  readonly max_side?: number;
  /** How many objects a human counted. */
  readonly decision?: number;
}

/** Content types of the pictures that the decoder reads: what a presigned upload may have. */
export const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;

/** Names of all the options. */
export const OPTION_NAMES = ['model', 'confidence', 'iou', 'max_side', 'decision'] as const;
type OptionName = (typeof OPTION_NAMES)[number];

interface Range {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

export const RANGES: Record<Exclude<OptionName, 'model'>, Range> = {
  confidence: { min: 0, max: 1, whole: false },
  iou: { min: 0, max: 1, whole: false },
  max_side: { min: 16, max: MAX_SIDE_LIMIT, whole: true },
  decision: { min: 0, max: 1_000_000, whole: true },
};

type Texts = ReadonlyMap<string, readonly string[]>;

/**
 * The options of a request from all the places that may hold them.
 * @throws InvalidOptionsError naming every fault at once: unknown, given twice, not a number, out of range.
 */
export function parseOptions(...places: readonly Texts[]): RequestOptions {
  const faults: Fault[] = [];
  const options: Record<string, string | number> = {};
  for (const [name, values] of merge(places)) {
    const parsed = parseOption(name, values);
    if (typeof parsed === 'object') faults.push(parsed);
    else options[name] = parsed;
  }
  const [first, ...more] = faults;
  if (first) throw new InvalidOptionsError([first, ...more]);
  return options as RequestOptions;
}

function merge(places: readonly Texts[]): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const place of places) for (const [name, values] of place) all.set(name, [...(all.get(name) ?? []), ...values]);
  return all;
}

function parseOption(name: string, values: readonly string[]): string | number | Fault {
  if (!isOption(name))
    return { field: shown(name), expected: `one of ${OPTION_NAMES.join(', ')}`, received: 'an unknown option' };
  const [value = '', ...more] = values;
  if (more.length > 0) return { field: name, expected: 'one value', received: `${values.length} values` };
  return name === 'model' ? value : parseNumber(name, value, RANGES[name]);
}

function parseNumber(field: string, text: string, { min, max, whole }: Range): number | Fault {
  // Number() takes '', ' 1 ' and '0x10' too; a decimal is what people mean.
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  return { field, expected: `a ${whole ? 'whole ' : ''}number from ${min} to ${max}`, received: shown(text), min, max };
}

function isOption(name: string): name is OptionName {
  return (OPTION_NAMES as readonly string[]).includes(name);
}
