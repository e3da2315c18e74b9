/**
 * The format of Ultralytics' YOLO: one text file for each picture, a line for each object. It has no place for score
 * and version. A sixth number would be read as part of a polygon, so what each version found is in files as
 * `yolo predict save_txt save_conf` writes them.
 * @see https://docs.ultralytics.com/datasets/detect/
 */

import { parse } from 'yaml';
import * as z from 'zod';
import type { Box } from '../../../functions/detection/box.ts';
import { Faults, KnownPictures } from './faults.ts';
import {
  type CorrectedBox,
  type CorrectedPicture,
  LabelFileError,
  type LabelFormat,
  type LabelSet,
  type PictureToLabel,
  type TextFile,
} from './format.ts';

const namesSchema = z.object({ names: z.union([z.array(z.string()), z.record(z.string(), z.string())]) });

/** Lists of names of other programs: CVAT's YOLO 1.1, Label Studio. */
const NAME_LISTS = /(?:^|\/)(?:obj\.names|classes\.txt)$/;
const DATA_FILE = /(?:^|\/)data\.ya?ml$/;
/** Text files that hold no objects of a picture. */
const NO_LABELS = /(?:^|\/)(?:predictions\/.*|classes\.txt|(?:train|val|valid|test)\.txt)$/;

/** YOLO. */
export const yolo: LabelFormat = {
  hint: (folder) => `data: ${folder}/data.yaml`,
  write,
  recognises: (files) => files.some(({ path }) => DATA_FILE.test(path) || NAME_LISTS.test(path)),
  read,
};

function write({ labels, pictures }: LabelSet): TextFile[] {
  const names = labels.map((label, index) => `  ${index}: ${JSON.stringify(label)}\n`).join('');
  const files = pictures.flatMap(({ id, answers, preLabels, ...size }) => [
    { path: `labels/${id}.txt`, text: linesOf(preLabels, labels, size) },
    ...answers.map(({ version, detections }) => {
      const found = detections.map(({ label, box, confidence: score }) => ({ label, box, score }));
      return { path: `predictions/${version}/${id}.txt`, text: linesOf(found, labels, size, true) };
    }),
  ]);
  return [{ path: 'data.yaml', text: `path: .\ntrain: images\nval: images\nnames:\n${names}` }, ...files];
}

interface Line {
  readonly label: string;
  readonly box: Box;
  readonly score: number;
}

/** Class, centre and size as shares of the picture: six decimals are under 0.01 pixel of any picture. */
function linesOf(
  lines: readonly Line[],
  labels: readonly string[],
  { width, height }: Pick<PictureToLabel, 'width' | 'height'>,
  hasScore = false,
): string {
  return lines
    .map(({ label, box, score }) => {
      const [x, y] = [(box.x + box.width / 2) / width, (box.y + box.height / 2) / height];
      const numbers = [x, y, box.width / width, box.height / height, ...(hasScore ? [score] : [])];
      return `${labels.indexOf(label)} ${numbers.map((each) => each.toFixed(6)).join(' ')}\n`;
    })
    .join('');
}

function read(files: readonly TextFile[], set: LabelSet): CorrectedPicture[] {
  const names = namesIn(files);
  const faults = new Faults('YOLO');
  const known = new KnownPictures(set);
  const ofPictures = files.filter(({ path }) => path.endsWith('.txt') && !NO_LABELS.test(path));
  const pictures = ofPictures.flatMap(({ path, text }) => {
    const picture = known.find(path, path, faults);
    if (!picture) return [];
    const lines = text.split('\n').map((line, index) => ({ line: line.trim(), at: `${path}:${index + 1}` }));
    const boxes = lines
      .filter(({ line }) => line !== '')
      .flatMap(({ line, at }) => boxOf(line, { at, names, picture, set, faults }) ?? []);
    return [{ id: picture.id, boxes }];
  });
  faults.once(pictures);
  faults.end();
  return pictures;
}

interface LineContext {
  readonly at: string;
  readonly names: ReadonlyMap<number, string>;
  readonly picture: PictureToLabel;
  readonly set: LabelSet;
  readonly faults: Faults;
}

function boxOf(line: string, { at, names, picture, set, faults }: LineContext): CorrectedBox | undefined {
  const numbers = line.split(/\s+/).map(Number);
  if (numbers.length !== 5 || !numbers.every(Number.isFinite)) {
    faults.add(at, 'five numbers (class, centre x and y, width, height), no polygon', line);
    return undefined;
  }
  const [index, x, y, w, h] = numbers as [number, number, number, number, number];
  const label = names.get(index);
  if (label === undefined) {
    faults.add(at, `a class of ${[...names.keys()].join(', ')}`, String(index));
    return undefined;
  }
  const isKnown = faults.knows(at, label, set);
  const { width, height } = picture;
  const corner = { x: (x - w / 2) * width, y: (y - h / 2) * height };
  const box = faults.box(at, { ...corner, width: w * width, height: h * height }, picture);
  return isKnown && box ? { label, box } : undefined;
}

function namesIn(files: readonly TextFile[]): ReadonlyMap<number, string> {
  const data = files.find(({ path }) => DATA_FILE.test(path));
  if (data) return namesInData(data);
  const list = files.find(({ path }) => NAME_LISTS.test(path));
  if (!list) throw new LabelFileError('YOLO', ['Expected data.yaml, classes.txt or obj.names, received none']);
  const lines = list.text.split('\n').map((line) => line.trim());
  return new Map([...lines.filter((line) => line !== '').entries()]);
}

function namesInData({ path, text }: TextFile): ReadonlyMap<number, string> {
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw new LabelFileError(path, [`Expected YAML, received ${(error as Error).message}`]);
  }
  const { names } = new Faults(path).parsed(namesSchema, content);
  return new Map(Object.entries(names).map(([index, name]) => [Number(index), name]));
}
