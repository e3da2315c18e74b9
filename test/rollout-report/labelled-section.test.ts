import type { LabelledRecord } from '../../functions/records/labelled-record.ts';
import { labelledKey, labelledSection } from '../../functions/rollout-report/labelled-section.ts';

const car = (x: number) => ({ label: 'car', confidence: 0.9, box: { x, y: 10, width: 20, height: 20 } });
const photo = {
  file: 'a.jpg',
  difference: 0.5,
  width: 200,
  height: 100,
  boxes: [{ ...car(0), crowd: false, area: 400 }],
  counts: { car: 1, bus: 0 },
  live: [],
  candidate: [car(1)],
};
const labelled: LabelledRecord = {
  updated_at: '2026-11-22T12:00:00.000Z',
  prefix: 'labels/cars/mine/',
  measure: 'ap50',
  photos: 10,
  done: 10,
  skipped: [{ file: 'c.jpg', reason: 'missing' }],
  labels: [
    {
      label: 'car',
      objects: 12,
      live: { ap50: 0.0443, right: 1, wrong: 2, count_error: 1.5 },
      candidate: { ap50: 0.2767, right: 5, wrong: 0, count_error: 0.5 },
    },
  ],
  different: [photo],
};
const pictures = new Map([[labelledKey(labelled, photo), { source: 'https://x/a', width: 200, height: 100 }]]);

/** The texts of the cells. */
const cellsOf = (text: string) => [...text.matchAll(/<td>(.*?)<\/td>/g)].map(([, cell]) => cell);

test('live and candidate are shown against the truth, label by label', () => {
  const { text } = labelledSection({ labelled, pictures });
  expect(text).toContain(
    '9 of 10 photos answered by both versions; answers as served. AP50 of all photos together. ' +
      '1 photo not used: c.jpg (missing).',
  );
  expect(cellsOf(text)).toEqual(
    [
      ['car', '12', 'live', '4.4', '1', '2', '11', '1.50'],
      ['', '', 'candidate', '27.7', '5', '0', '7', '0.50'],
    ].flat(),
  );
});

test('a photo has the boxes of the truth and of both versions', () => {
  const { text } = labelledSection({ labelled, pictures });
  expect(text).toContain('<figcaption>a.jpg: 1 car; live 0, candidate 1; AP50 of the candidate +0.50</figcaption>');
  expect(text.match(/<g class="box (\w+) \w+"><title>[^<]+/g)).toEqual([
    '<g class="box truth alone"><title>truth: car',
    '<g class="box candidate both"><title>candidate: car 0.90',
  ]);
});

test('counts alone have no boxes and no AP50', () => {
  const [row] = labelled.labels;
  const counts = { ap50: null, right: 0, wrong: 0, count_error: 1 };
  const { boxes: _, ...counted } = photo;
  const record: LabelledRecord = {
    ...labelled,
    measure: 'countError',
    labels: row ? [{ ...row, live: counts, candidate: counts }] : [],
    different: [counted],
  };
  const { text } = labelledSection({ labelled: record, pictures });
  expect(cellsOf(text).slice(0, 8)).toEqual(['car', '12', 'live', '–', '–', '–', '–', '1.00']);
  expect(text).toContain('count error of the candidate −0.50');
});

test('a deleted photo is left out; a rollout without a set has no such section', () => {
  expect(labelledSection({ labelled, pictures: new Map() }).text).not.toContain('<figure');
  expect(labelledSection({ pictures }).text).toBe('');
});
