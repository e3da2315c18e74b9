import { program } from '../../../cli/labels/program.ts';
import type { PictureToChoose } from '../../../cli/labels/reasons.ts';
import { reviewList } from '../../../cli/labels/review-command.ts';
import { reviewListSchema } from '../../../functions/review-contract.ts';

const NOTHING = { disagreement: 0, margin: 0, overruled: 0, drift: 0 };

const picture = (id: string, status: 'done' | 'human', overruled = 0): PictureToChoose => ({
  ...{ id, seen: { id, sha256: id }, reasons: { ...NOTHING, overruled }, answers: [] },
  recorded: { result: { id, status } } as PictureToChoose['recorded'],
});

const choice = { number: 2, random: 0, seed: 1 };
const now = new Date('2026-11-27T12:00:00Z');

test('a review has the ids of the pictures of most value that a model answered', () => {
  const pictures = [
    picture('a', 'done'),
    picture('b', 'human', 1),
    picture('c', 'done', 0.5),
    picture('d', 'done', 0.2),
  ];
  const list = reviewList('count-cars', pictures, choice, now);
  expect(list).toEqual({ endpoint: 'count-cars', listed_at: now.toISOString(), pictures: ['c', 'd'] });
  expect(reviewListSchema.parse(list)).toEqual(list);
});

test('without such pictures it is refused', () => {
  expect(() => reviewList('count-cars', [picture('b', 'human')], choice, now)).toThrow(
    'Expected recorded pictures of count-cars, received none',
  );
});

test.each([
  [['export', 'count-cars'], "required option '--as <format>' not specified"],
  [['export', 'count-cars', '--as', 'voc'], "argument 'voc' is invalid. Allowed choices are coco, yolo"],
  [['export', 'count-cars', '--as', 'coco', '--random', '2'], 'Expected a share from 0 to 1, received 2.'],
  [['review', 'count-cars', '--choose', '201'], 'Expected a whole number from 1 to 200, received 201.'],
  [['import', 'count-cars', 'x', '--golden', 'a,,b'], 'Expected names with commas between them, received a,,b.'],
])('%j is refused', async (command, message) => {
  const whole = program(() => now);
  const texts: string[] = [];
  for (const each of [whole, ...whole.commands])
    each.exitOverride().configureOutput({ writeErr: (text) => texts.push(text) });
  await expect(whole.parseAsync(command, { from: 'user' })).rejects.toThrow();
  expect(texts.join('')).toContain(message);
});
