import { InvalidArgumentError } from 'commander';
import { MAX_INPUT_SIDE, ROW_COLUMNS, rowsSchema } from '../../../functions/detection/manifest-schema.ts';
import type { Proposal } from '../identify/facts.ts';

/** Parsers for option values. Each throws `InvalidArgumentError` of commander. */

/** A list separated by commas. */
export function list(value: string): string[] {
  return value.split(',').map((each) => each.trim());
}

/** A whole number in a range. */
export function whole(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (value.trim() !== '' && Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

/** A share, 0 to 1. */
export function share(value: string): number {
  const number = Number(value);
  if (value.trim() !== '' && number >= 0 && number <= 1) return number;
  throw new InvalidArgumentError('Expected a number from 0 to 1.');
}

/** `640x480`, or `640` for a square. */
export function size(value: string): { width: number; height: number } {
  const [, width, height = width] = /^(\d+)(?:x(\d+))?$/.exec(value) ?? [];
  const sides = { width: Number(width), height: Number(height) };
  if (Object.values(sides).every((side) => side > 0 && side <= MAX_INPUT_SIDE)) return sides;
  throw new InvalidArgumentError(
    `Expected <width>x<height>, such as 640x480. Each side has at most ${MAX_INPUT_SIDE} pixels.`,
  );
}

/** A positive number, or a fraction as `1/255`. */
export function factor(value: string): number {
  const [, above, below = '1'] = /^([\d.]+)(?:\/([\d.]+))?$/.exec(value) ?? [];
  const number = Number(above) / Number(below);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new InvalidArgumentError('Expected a positive number, such as 1 or 1/255.');
}

/** Three numbers separated by commas. */
export function triple(value: string): [number, number, number] {
  const parts = list(value);
  const numbers = parts.map(Number);
  if (!parts.includes('') && numbers.length === 3 && numbers.every(Number.isFinite))
    return numbers as [number, number, number];
  throw new InvalidArgumentError('Expected three numbers, such as 123.675,116.28,103.53.');
}

/** `stretch`, or the position of a letterbox with its grey: `top-left`, `centre`, `centre:128`. */
export function fit(value: string): Proposal['input']['fit'] {
  if (value === 'stretch') return { kind: 'stretch' };
  const [, position, pad = '114'] = /^(top-left|centre)(?::(\d+))?$/.exec(value) ?? [];
  if (position && Number(pad) <= 255) {
    return { kind: 'letterbox', position: position as 'top-left' | 'centre', pad: Number(pad) };
  }
  throw new InvalidArgumentError(
    'Expected stretch, top-left or centre; the last two optionally with :<grey 0–255>, default 114.',
  );
}

/** `yxyx,share,1`: order, unit and number of the first class. */
export function boxes(value: string): NonNullable<Proposal['boxes']> {
  const [, order, unit, first] = /^(xyxy|yxyx),(share|pixels),([01])$/.exec(value) ?? [];
  if (order && unit && first) {
    return { order: order as 'xyxy', unit: unit as 'share', firstClass: Number(first) as 0 | 1 };
  }
  throw new InvalidArgumentError(
    'Expected order, unit and first class: xyxy or yxyx, share or pixels, 0 or 1, such as yxyx,share,1.',
  );
}

/** `left,top,right,bottom,score,class/pixels/0`: columns, and optionally unit and number of the first class. */
export function rows(value: string): NonNullable<Proposal['rows']> {
  const [columns = '', unit = 'pixels', first = '0'] = value.split('/');
  const { data } = rowsSchema.safeParse({ columns: list(columns), unit, firstClass: Number(first) });
  if (data) return data;
  throw new InvalidArgumentError(
    `Expected columns of ${ROW_COLUMNS.join(', ')}; optionally /share or /pixels, and /0 or /1, such as ` +
      'left,top,right,bottom,score,class/pixels/0.',
  );
}

/** A semantic version. */
export function version(value: string): string {
  if (/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(value)) return value;
  throw new InvalidArgumentError('Expected a semantic version such as 1.0.0.');
}

/** 64 hex digits. */
export function checksum(value: string): string {
  if (/^[0-9a-f]{64}$/i.test(value)) return value.toLowerCase();
  throw new InvalidArgumentError('Expected a SHA-256 of 64 hex digits.');
}
