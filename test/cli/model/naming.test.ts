import type { GoldenRun } from '../../../cli/model/identify/sanity.ts';
import { judge } from '../../../cli/model/identify/sanity.ts';

const KINDS = { apple: 5, car: 3, 'potted plant': 3 } as const;
type Kind = keyof typeof KINDS;

/** Runs in which each kind of objects is found under a label, with right boxes. */
function runsOf(named: Readonly<Record<Kind, string>>, labels: readonly string[]): GoldenRun[] {
  return (Object.keys(KINDS) as Kind[]).map((kind) => {
    const boxes = Array.from({ length: KINDS[kind] }, (_, index) => ({
      x: 100 * index,
      y: 10 * KINDS[kind] + kind.length,
      width: 80,
      height: 60,
    }));
    const objects = boxes.map((box) => ({ label: kind, box, crowd: false, area: 4800 }));
    const label = named[kind];
    return {
      picture: `${kind}.jpg`,
      detections: boxes.map((box) => ({ label, classIndex: labels.indexOf(label), confidence: 0.8, box })),
      boxes: boxes.map(({ x, y, width, height }) => ({ left: x, top: y, right: x + width, bottom: y + height })),
      tensor: { width: 640, height: 640 },
      objects,
      truth: labels.includes(kind) ? { file: `${kind}.jpg`, judged: new Set([kind]), boxes: objects } : undefined,
    } as unknown as GoldenRun;
  });
}

const RIGHT = { apple: 'apple', car: 'car', 'potted plant': 'potted plant' };

test.each<[string, Record<Kind, string>, string[], boolean]>([
  ['all under their labels', RIGHT, ['car', 'apple', 'potted plant'], true],
  ['two of three labels', { ...RIGHT, apple: 'nut' }, ['car', 'nut', 'potted plant'], false],
  ['one label of three', { apple: 'x', car: 'car', 'potted plant': 'y' }, ['car', 'x', 'y'], false],
  ['a kind under an unrelated label', { ...RIGHT, apple: 'banana' }, ['car', 'apple', 'potted plant', 'banana'], false],
])('class names are proven by %s: %j, %j: %p', (_what, named, labels, proven) => {
  const { checked, faults } = judge(runsOf(named, labels), labels);
  expect(faults).toEqual([]);
  expect(checked).toEqual({ boxes: true, classes: proven });
});

test('a label order that exchanges annotated kinds is refused', () => {
  const labels = ['potted plant', 'apple', 'car'];
  const exchanged = runsOf({ apple: 'apple', car: 'potted plant', 'potted plant': 'car' }, labels);
  const why = 'the labels have another order than the classes of the model; set --labels in the model’s order';
  expect(judge(exchanged, labels).faults).toEqual([
    `3 of 3 objects "car" were found as "potted plant": ${why}`,
    `3 of 3 objects "potted plant" were found as "car": ${why}`,
  ]);
});
