/** Fifty pictures go into each format and come back. */

import type { CorrectedPicture, LabelSet, TextFile } from '../../../cli/labels/formats/format.ts';
import { FORMATS, recognisedFormat } from '../../../cli/labels/formats/formats.ts';
import { changesIn } from '../../../cli/labels/import.ts';
import { labelSetOf } from '../../../cli/labels/pictures-file.ts';
import { exportedOf } from './label-set.ts';

const set = labelSetOf(exportedOf(50), 'exports/labels-count-cars');
const preLabels = set.pictures.flatMap((picture) => picture.preLabels);
const found = set.pictures.flatMap(({ answers }) => answers.flatMap(({ detections }) => detections));

/** Files of a tool, as the format writes them without those that only say what versions found. */
function corrected(name: keyof typeof FORMATS): readonly TextFile[] {
  return FORMATS[name].write(set).filter(({ path }) => !/^results-|^labels\.json$|^interface/.test(path));
}

/** Largest distance of a corner from that of the pre-label at the same place in the order. */
function largestDistance(pictures: readonly CorrectedPicture[], proposed: LabelSet): number {
  const distances = pictures.flatMap(({ boxes }, at) =>
    boxes.flatMap(({ label, box }, index) => {
      const own = proposed.pictures[at]?.preLabels[index];
      if (!own || own.label !== label) return [Number.POSITIVE_INFINITY];
      const right = box.x + box.width - own.box.x - own.box.width;
      const bottom = box.y + box.height - own.box.y - own.box.height;
      return [box.x - own.box.x, box.y - own.box.y, right, bottom].map(Math.abs);
    }),
  );
  return Math.max(...distances);
}

const json = (files: readonly TextFile[], path: string) =>
  JSON.parse(files.find((file) => file.path === path)?.text ?? 'null');

test('the pictures have boxes of both versions, and of one version alone', () => {
  expect(set.pictures).toHaveLength(50);
  const numbers = [preLabels.length, found.length, preLabels.filter(({ others }) => others.length === 0).length];
  expect(numbers).toEqual([182, 303, 61]);
});

test('one pre-label for each object has all boxes of the versions, the surest one first', () => {
  const boxes = preLabels.flatMap(({ label, others, ...first }) =>
    [first, ...others].map((each) => ({ label, ...each })),
  );
  const all = set.pictures.flatMap(({ answers }) =>
    answers.flatMap(({ version, detections }) =>
      detections.map(({ label, confidence: score, box }) => ({ label, version, score, box })),
    ),
  );
  const sorted = (values: readonly { version: string; score: number; box: { x: number; y: number } }[]) =>
    values.toSorted((a, b) => a.score - b.score || a.box.x - b.box.x || a.version.localeCompare(b.version));
  expect(sorted(boxes)).toEqual(sorted(all));
  for (const { score, others } of preLabels) expect(others.every((other) => other.score <= score)).toBe(true);
});

describe.each(['coco', 'cvat'] as const)('%s', (name) => {
  const pictures = FORMATS[name].read(corrected(name), set);

  test('keeps every box of every picture at its place, with score and version', () => {
    expect(pictures.map(({ id }) => id)).toEqual(set.pictures.map(({ id }) => id));
    expect(pictures.flatMap(({ boxes }) => boxes)).toHaveLength(preLabels.length);
    expect(largestDistance(pictures, set)).toBeLessThan(1e-9);
    const origin = pictures.flatMap(({ boxes }) => boxes.map(({ score, version }) => ({ score, version })));
    expect(origin).toEqual(preLabels.map(({ score, version }) => ({ score, version })));
  });
});

describe('yolo', () => {
  test('keeps every box of every picture within a hundredth of a pixel; it has no place for score and version', () => {
    const pictures = FORMATS.yolo.read(corrected('yolo'), set);
    expect(pictures.map(({ id }) => id)).toEqual(set.pictures.map(({ id }) => id));
    expect(pictures.flatMap(({ boxes }) => boxes)).toHaveLength(preLabels.length);
    expect(largestDistance(pictures, set)).toBeLessThan(0.01);
    expect(pictures.flatMap(({ boxes }) => boxes).some((box) => 'score' in box || 'version' in box)).toBe(false);
  });

  test('has what each version found in files of predictions, with the confidence as the sixth number', () => {
    const files = FORMATS.yolo.write(set);
    const [{ id = '', answers = [] } = {}] = set.pictures.filter((picture) => picture.preLabels.length > 1);
    for (const { version, detections } of answers) {
      const { text } = files.find(({ path }) => path === `predictions/${version}/${id}.txt`) as TextFile;
      const scores = text
        .trim()
        .split('\n')
        .map((line) => Number(line.split(' ')[5]));
      expect(scores).toEqual(detections.map(({ confidence }) => confidence));
    }
  });
});

describe('label-studio', () => {
  const files = FORMATS['label-studio'].write(set);
  const tasks = json(files, 'tasks.json') as { predictions: { model_version: string; result: object[] }[] }[];

  test('has a prediction of each version with all of its boxes', () => {
    expect(tasks.map(({ predictions }) => predictions.map(({ model_version }) => model_version))).toEqual(
      tasks.map(() => ['7', '8']),
    );
    const regions = tasks.flatMap(({ predictions }) => predictions.flatMap(({ result }) => result));
    expect(regions).toHaveLength(found.length);
    expect(regions.map((region) => (region as { score: number }).score)).toEqual(
      found.map(({ confidence }) => confidence),
    );
  });

  test('keeps every box, the score and the version of a prediction that a person takes over', () => {
    const completed = tasks.map((task) => ({
      ...task,
      annotations: [{ result: task.predictions[1]?.result, updated_at: '2026-11-27T12:00:00Z' }],
    }));
    const text = JSON.stringify(completed);
    const pictures = FORMATS['label-studio'].read([{ path: 'project-1.json', text }], set);
    const expected = set.pictures.map(({ id, answers }) => ({ id, boxes: answers[1]?.detections ?? [] }));
    expect(pictures.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    for (const [index, { boxes }] of pictures.entries()) {
      const own = expected[index]?.boxes ?? [];
      expect(boxes.map(({ label, score, version }) => [label, score, version])).toEqual(
        own.map(({ label, confidence }) => [label, confidence, '8']),
      );
      for (const [at, { box }] of boxes.entries()) {
        for (const side of ['x', 'y', 'width', 'height'] as const)
          expect(box[side]).toBeCloseTo(own[at]?.box[side] ?? 0, 6);
      }
    }
  });

  test('has no labels before a person has taken one over', () => {
    expect(FORMATS['label-studio'].read([{ path: 'tasks.json', text: JSON.stringify(tasks) }], set)).toEqual([]);
  });
});

test.each(['coco', 'yolo', 'label-studio', 'cvat'] as const)('%s is recognised by its files', (name) => {
  expect(recognisedFormat(corrected(name))).toBe(name);
});

test('what people changed is counted: boxes kept, moved, drawn and removed', () => {
  const [first, ...others] = FORMATS.coco.read(corrected('coco'), set).filter(({ boxes }) => boxes.length > 2) as [
    CorrectedPicture,
    ...CorrectedPicture[],
  ];
  const [moved, , ...rest] = first.boxes;
  if (!moved) throw new Error('Expected a picture with boxes');
  const box = { ...moved.box, x: moved.box.x + 0.6 };
  const drawn = { label: 'bus', box: { x: 0, y: 0, width: 1, height: 1 } };
  const edited = [{ ...first, boxes: [{ ...moved, box }, drawn, ...rest] }, ...others];
  const unchanged = others.reduce((sum, { boxes }) => sum + boxes.length, rest.length);
  expect(changesIn(set, edited)).toEqual({ kept: unchanged, moved: 1, drawn: 1, removed: 1, pictures: 1 });
  expect(changesIn(set, others).pictures).toBe(0);
});
