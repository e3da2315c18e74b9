/** Checks that all formats share. They collect faults, so that all are reported at once. */

import type * as z from 'zod';
import type { Box } from '../../../functions/detection/box.ts';
import { type CorrectedPicture, LabelFileError, type LabelSet, type PictureToLabel } from './format.ts';

/** Corners may lie this far outside of the picture, because tools round. Pixels. */
const ROUNDING = 1;

/** The faults of one file. */
export class Faults {
  private readonly path: string;
  private readonly found: string[] = [];

  constructor(path: string) {
    this.path = path;
  }

  /** @param at place in the file */
  add(at: string, expected: string, received: unknown): void {
    this.found.push(`${at}: Expected ${expected}, received ${shown(received)}`);
  }

  /** @throws LabelFileError where there are faults */
  end(): void {
    if (this.found.length > 0) throw new LabelFileError(this.path, this.found);
  }

  /** The parsed value. @throws LabelFileError */
  parsed<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
    const result = schema.safeParse(value, { reportInput: true });
    if (result.success) return result.data;
    for (const issue of result.error.issues) {
      const isDefault = issue.message.startsWith('Invalid input');
      const expected = isDefault && 'expected' in issue ? `Expected ${issue.expected}` : issue.message;
      this.found.push(`${issue.path.join('.') || 'file'}: ${expected}, received ${shown(issue.input)}`);
    }
    throw new LabelFileError(this.path, this.found);
  }

  /** The box, moved into the picture by a rounding; undefined for one that is empty or outside. */
  box(at: string, { x, y, width, height }: Box, picture: PictureToLabel): Box | undefined {
    const areNumbers = [x, y, width, height].every(Number.isFinite);
    const [right, bottom] = [x + width, y + height];
    const isInside =
      x >= -ROUNDING && y >= -ROUNDING && right <= picture.width + ROUNDING && bottom <= picture.height + ROUNDING;
    if (!areNumbers || !isInside || width <= 0 || height <= 0) {
      const size = `${picture.width} × ${picture.height} pixels`;
      this.add(at, `a box with an area inside of ${size}`, `x ${x}, y ${y}, width ${width}, height ${height}`);
      return undefined;
    }
    const [left, top] = [Math.max(0, x), Math.max(0, y)];
    return {
      x: left,
      y: top,
      width: Math.min(picture.width, right) - left,
      height: Math.min(picture.height, bottom) - top,
    };
  }

  /** Whether the label is one of the export; a fault if not. */
  knows(at: string, label: string, { labels }: LabelSet): boolean {
    if (labels.includes(label)) return true;
    this.add(at, `one of the labels ${labels.join(', ')} (others: export with --labels)`, label);
    return false;
  }

  /** Faults where the size in the file is not that of the exported picture: the boxes would be of another picture. */
  size(
    at: string,
    size: { readonly width?: number | undefined; readonly height?: number | undefined },
    picture: PictureToLabel,
  ): void {
    const { width = picture.width, height = picture.height } = size;
    if (width === picture.width && height === picture.height) return;
    this.add(at, `the exported size ${picture.width} × ${picture.height}, not resized`, `${width} × ${height}`);
  }

  /** Faults of pictures that come twice. */
  once(pictures: readonly CorrectedPicture[]): void {
    const seen = new Set<string>();
    for (const { id } of pictures) {
      if (seen.has(id)) this.add('pictures', 'each picture once', id);
      seen.add(id);
    }
  }
}

/** Finds exported pictures by names of files, to which tools add prefixes and folders. */
export class KnownPictures {
  private readonly byId: ReadonlyMap<string, PictureToLabel>;

  constructor({ pictures }: LabelSet) {
    this.byId = new Map(pictures.map((picture) => [picture.id, picture]));
  }

  /** The picture that a file name or an address has the id of; a fault if there is none. */
  find(at: string, name: string, faults: Faults): PictureToLabel | undefined {
    const picture = this.byId.get(idIn(name));
    if (!picture) faults.add(at, 'the name of an exported picture', name);
    return picture;
  }

  /** Whether there is such a picture. */
  has(name: string): boolean {
    return this.byId.has(idIn(name));
  }
}

/** Ids are UUIDs, or 32 hex digits. Tools put other hex digits before them: the last match counts. */
function idIn(name: string): string {
  const ids = name.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}/g) ?? [];
  return ids.at(-1) ?? '';
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === undefined || text === '' ? 'nothing' : text.slice(0, 80);
}
