import { type Rows, USUAL_ROWS } from '../../../functions/detection/decoders/end-to-end.ts';
import type { FamilyMatcher, ModelFacts, Proposal } from './facts.ts';
import { cells, isRank, only } from './shapes.ts';
import { BLAZEFACE, LEGACY_YOLOX, STRETCHED_RGB, ULTRALYTICS, YOLOX } from './usual-inputs.ts';

const CORNERS = ['left', 'top', 'right', 'bottom'] as const;

/**
 * Rows in use by their number of columns, most likely first. 6: Ultralytics; PaddleDetection. 7: YOLOv7 with
 * suppression; https://github.com/PINTO0309/PINTO_model_zoo; YOLOX's own post-processing. 17: BlazeFace with 6 points.
 */
const COLUMNS: Readonly<Record<number, readonly Rows['columns'][]>> = {
  5: [[...CORNERS, 'score']],
  6: [USUAL_ROWS.columns, ['class', 'score', ...CORNERS]],
  7: [
    ['unused', ...CORNERS, 'class', 'score'],
    ['unused', 'class', 'score', ...CORNERS],
    [...CORNERS, 'objectness', 'score', 'class'],
  ],
  17: [
    ['top', 'left', 'bottom', 'right', ...points(), 'score'],
    [...CORNERS, ...points(), 'score'],
  ],
};

function points(): 'unused'[] {
  return new Array(12).fill('unused');
}

/** The usual inputs by the number of columns, where they are not Ultralytics'. */
const INPUTS: Readonly<Record<number, readonly Proposal['input'][]>> = {
  7: [ULTRALYTICS, YOLOX, LEGACY_YOLOX],
  17: [BLAZEFACE, STRETCHED_RGB],
};

/** Most rows: suppression inside leaves few. */
const MOST_ROWS = 1000;

/** Suppression inside, one row for each object. The golden pictures decide what its values mean. */
export const endToEnd: FamilyMatcher = {
  family: 'end-to-end',
  expected: () => `one output [1, boxes, ${Object.keys(COLUMNS).join(' or ')}]`,
  match(facts) {
    const output = only(facts);
    const [, rows = 0, width = 0] = output?.dims ?? [];
    if (!isRank(output, 3) || rows > MOST_ROWS) return [];
    const formats = (COLUMNS[width] ?? []).flatMap((columns) =>
      (['pixels', 'share'] as const).map((unit): Rows => ({ columns: [...columns], unit, firstClass: 0 })),
    );
    return (INPUTS[width] ?? [ULTRALYTICS]).flatMap((input) =>
      formats.map((rows) => proposal(output.name, rows, input)),
    );
  },
};

/** Rows of given columns, also of columns that no known export has. */
export function rowsMatcher(rows: Rows): FamilyMatcher {
  const width = rows.columns.length;
  return {
    family: 'end-to-end',
    expected: () => `one output [1, boxes, ${width}]`,
    match(facts) {
      const output = only(facts);
      if (!isRank(output, 3) || output.dims[2] !== width) return [];
      return (INPUTS[width] ?? [ULTRALYTICS]).map((input) => proposal(output.name, rows, input));
    },
  };
}

function proposal(output: string, rows: Rows, input: Proposal['input']): Proposal {
  const base = { family: 'end-to-end', outputs: [output], input, iou: 0.7 } as const;
  const classes = rows.columns.includes('class') ? undefined : 1;
  return JSON.stringify(rows) === JSON.stringify(USUAL_ROWS) ? { ...base, classes } : { ...base, classes, rows };
}

/** YOLOv8, also with rows in place of columns, as exports for other runtimes have them. */
export const yolov8: FamilyMatcher = {
  family: 'yolov8',
  expected(facts) {
    const count = cells(facts, [8, 16, 32]);
    return `one output [1, 4 + classes, ${count}] or [1, ${count}, 4 + classes]`;
  },
  match(facts) {
    const output = only(facts);
    const [, first = 0, second = 0] = output?.dims ?? [];
    if (!isRank(output, 3) || Math.min(first, second) < 5) return [];
    const base = { family: 'yolov8', outputs: [output.name], input: ULTRALYTICS, iou: 0.45 } as const;
    if (first < second) return [{ ...base, classes: first - 4 }];
    return first < cells(facts, [8, 16, 32]) ? [] : [{ ...base, classes: second - 4, transposed: true }];
  },
};

/** mmdeploy's exports: boxes with scores, and classes. https://mmdeploy.readthedocs.io */
export function detsAndLabels({ outputs }: ModelFacts): Pick<Proposal, 'outputs' | 'boxes'> | undefined {
  const dets = outputs.find(({ dims }) => dims.at(-1) === 5 && dims.length >= 2);
  const labels = outputs.find(({ name }) => /label|class/i.test(name));
  if (outputs.length !== 2 || !dets || !labels || labels === dets) return undefined;
  if (labels.dims.at(-1) !== dets.dims.at(-2)) return undefined;
  return { outputs: [dets.name, labels.name], boxes: { order: 'xyxy', unit: 'pixels', firstClass: 0 } };
}
