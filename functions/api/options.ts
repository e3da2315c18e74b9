import { MAX_SIDE_LIMIT } from '../contract.ts';
import { type InvalidField, InvalidOptionsError, shown } from './errors.ts';

/**
 * Largest picture in an HTTP request, bytes. Lambda accepts events of 6 MB, which is 4.5 MB before base64, and the rest
 * of the event needs room. Larger pictures go through `POST /{endpoint}/uploads`.
 */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Options of a request: query parameter, form field, JSON key, or `x-amz-meta-…` of an upload. */
export interface RequestOptions {
  /** Name of the model. Default: the endpoint's first; `predict` endpoints require it over HTTP. */
  readonly model?: string;
  /** Confidence threshold, 0–1. Default: the endpoint's, else the model's. */
  readonly confidence?: number;
  /** IoU over which two boxes are the same object, 0–1. Default: the endpoint's, else the model's. */
  readonly iou?: number;
  /** Longer side of the annotated picture, pixels. Default: the endpoint's. */
  readonly max_side?: number;
  /** Number of objects that a human counted. Default: none. */
  readonly decision?: number;
}

/** Content types that the decoder reads, and that a presigned upload may have. */
export const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/avif'] as const;

/** Content codings of requests that are decoded. */
export const CONTENT_CODINGS = ['gzip', 'deflate', 'br'] as const;

/** Names of all options. */
export const OPTION_NAMES = ['model', 'confidence', 'iou', 'max_side', 'decision'] as const;
type OptionName = (typeof OPTION_NAMES)[number];

interface Range {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

/** Allowed numbers, both bounds inclusive. */
export const RANGES: Record<Exclude<OptionName, 'model'>, Range> = {
  confidence: { min: 0, max: 1, whole: false },
  iou: { min: 0, max: 1, whole: false },
  max_side: { min: 16, max: MAX_SIDE_LIMIT, whole: true },
  decision: { min: 0, max: 1_000_000, whole: true },
};

type Texts = ReadonlyMap<string, readonly string[]>;

/**
 * The options of a request.
 * @param sources each with all values of each name: an option in two of them is repeated
 * @throws InvalidOptionsError with every invalid option: unknown, repeated, not a number, or out of range.
 */
export function parseOptions(...sources: readonly Texts[]): RequestOptions {
  const invalid: InvalidField[] = [];
  const options: Record<string, string | number> = {};
  for (const [name, values] of merge(sources)) {
    const parsed = parseOption(name, values);
    if (typeof parsed === 'object') invalid.push(parsed);
    else options[name] = parsed;
  }
  const [first, ...more] = invalid;
  if (first) throw new InvalidOptionsError([first, ...more]);
  return options as RequestOptions;
}

function merge(sources: readonly Texts[]): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const source of sources)
    for (const [name, values] of source) all.set(name, [...(all.get(name) ?? []), ...values]);
  return all;
}

function parseOption(name: string, values: readonly string[]): string | number | InvalidField {
  if (!isOption(name))
    return { field: shown(name), expected: `a known option (${OPTION_NAMES.join(', ')})`, received: 'an unknown one' };
  const [value = '', ...more] = values;
  if (more.length > 0) return { field: name, expected: 'one value', received: `${values.length} values` };
  return name === 'model' ? value : parseNumber(name, value, RANGES[name]);
}

function parseNumber(field: string, text: string, { min, max, whole }: Range): number | InvalidField {
  // Because Number() also accepts '', ' 1 ' and '0x10'.
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  return { field, expected: `a ${whole ? 'whole ' : ''}number from ${min} to ${max}`, received: shown(text), min, max };
}

function isOption(name: string): name is OptionName {
  return (OPTION_NAMES as readonly string[]).includes(name);
}
