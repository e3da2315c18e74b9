/** Reads what comes back from a labelling tool, and compares it with what was exported. */

import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Box, boxIou } from '../../functions/detection/box.ts';
import { compare } from '../../functions/judge/agreement.ts';
import {
  type CorrectedBox,
  type CorrectedPicture,
  LabelFileError,
  type LabelSet,
  type TextFile,
} from './formats/format.ts';
import { FORMAT_NAMES, FORMATS, type FormatName, recognisedFormat } from './formats/formats.ts';
import { type Exported, labelSetOf, PICTURES_FILE, readExported } from './pictures-file.ts';
import { RANDOM_TRUTH_FILE, TRUTH_FILE } from './truth-files.ts';

/** Largest text file that is read: 50 pictures have less than one MB. */
const MOST_BYTES = 200_000_000;
const TEXT = /\.(?:json|xml|txt|ya?ml|names)$/;
/** Files of an export that a tool does not write. */
const OWN_FILES = new RegExp(
  `^(?:${[PICTURES_FILE, TRUTH_FILE, RANDOM_TRUTH_FILE].join('|')}|labels\\.json|interface\\.xml|results-.*\\.json)$`,
);
/** A corner that has moved by more is a correction. Pixels. */
const SAME_PLACE = 0.5;

/** What to read. */
export interface ImportOrder {
  readonly endpoint: string;
  /** A file or a folder of the tool. */
  readonly from: string;
  /** The exported folder. Default: the folder, or that of the file. */
  readonly pictures?: string;
  /** Default: the format that the files have. */
  readonly format?: FormatName;
}

/** What was read. */
export interface Imported {
  readonly exported: Exported;
  /** The exported folder. */
  readonly folder: string;
  readonly set: LabelSet;
  readonly format: FormatName;
  /** The labelled pictures. */
  readonly pictures: readonly CorrectedPicture[];
  readonly changes: Changes;
}

/** What people changed in the boxes that were proposed. */
export interface Changes {
  readonly kept: number;
  readonly moved: number;
  readonly drawn: number;
  readonly removed: number;
  /** Pictures with any change. */
  readonly pictures: number;
}

/** @throws LabelFileError with every fault */
export async function importLabels({ endpoint, from, pictures: given, format }: ImportOrder): Promise<Imported> {
  const isFolder = (await statOf(from)).isDirectory();
  const folder = given ?? (isFolder ? from : dirname(from));
  const exported = await readExported(folder);
  if (exported.endpoint !== endpoint) {
    throw new LabelFileError(join(folder, PICTURES_FILE), [
      `endpoint: Expected an export of ${endpoint}, received one of ${exported.endpoint}`,
    ]);
  }
  const files = isFolder ? await textFilesIn(from) : [{ path: basename(from), text: await readFile(from, 'utf8') }];
  const chosen = format ?? (folder === from ? exported.format : recognisedFormat(files));
  if (!chosen) {
    throw new LabelFileError(from, [
      `Expected labels as ${FORMAT_NAMES.join(', ')}, received none of them: unpack archives`,
    ]);
  }
  const set = labelSetOf(exported, folder);
  const pictures = FORMATS[chosen].read(files, set);
  if (pictures.length === 0) throw new LabelFileError(from, ['Expected labelled pictures, received none']);
  return { exported, folder, set, format: chosen, pictures, changes: changesIn(set, pictures) };
}

async function statOf(path: string) {
  return stat(path).catch(() => {
    throw new LabelFileError(path, ['Expected a file or a folder, received none']);
  });
}

async function textFilesIn(folder: string): Promise<TextFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && TEXT.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(folder, '/').length).replaceAll('\\', '/'))
    .filter((path) => !OWN_FILES.test(path))
    .toSorted();
  const sizes = await Promise.all(paths.map(async (path) => (await stat(join(folder, path))).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > MOST_BYTES) {
    throw new LabelFileError(folder, [`Expected at most ${MOST_BYTES} bytes of text files, received ${bytes}`]);
  }
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(folder, path), 'utf8') })));
}

/** Compares the boxes that came back with those that were proposed. */
export function changesIn({ pictures }: LabelSet, corrected: readonly CorrectedPicture[]): Changes {
  const proposed = new Map(pictures.map(({ id, preLabels }) => [id, preLabels]));
  const sum = { kept: 0, moved: 0, drawn: 0, removed: 0, pictures: 0 };
  for (const { id, boxes } of corrected) {
    const { kept, moved, drawn, removed } = changesOf(proposed.get(id) ?? [], boxes);
    sum.kept += kept;
    sum.moved += moved;
    sum.drawn += drawn;
    sum.removed += removed;
    if (moved + drawn + removed > 0) sum.pictures += 1;
  }
  return sum;
}

type Placed = Pick<CorrectedBox, 'label' | 'box'>;

function changesOf(proposed: readonly Placed[], boxes: readonly Placed[]): Omit<Changes, 'pictures'> {
  const sure = ({ label, box }: Placed) => ({ label, box, confidence: 1 });
  const { matches, missed, extra } = compare(proposed.map(sure), boxes.map(sure));
  const kept = matches.filter(({ baseline, candidate }) =>
    isSamePlace((proposed[baseline] as Placed).box, (boxes[candidate] as Placed).box),
  ).length;
  return { kept, moved: matches.length - kept, drawn: extra.length, removed: missed.length };
}

function isSamePlace(a: Box, b: Box): boolean {
  const distances = [a.x - b.x, a.y - b.y, a.x + a.width - b.x - b.width, a.y + a.height - b.y - b.height];
  return boxIou(a, b) > 0 && distances.every((distance) => Math.abs(distance) <= SAME_PLACE);
}
