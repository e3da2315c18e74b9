import { orderSet } from '../../functions/records/labelled-order.ts';
import type { PhotoTruth } from '../../functions/truth/photos.ts';

const box = (label: string, crowd = false) => ({ label, crowd, area: 1, box: { x: 0, y: 0, width: 1, height: 1 } });
const boxed = (file: string, labels: readonly string[], judged = ['car', 'bus']): PhotoTruth => ({
  file,
  boxes: labels.map((label) => box(label)),
  counts: {},
  judged: new Set(judged),
});
const many = (name: string, count: number, labels: readonly string[]) =>
  Array.from({ length: count }, (_, index) => boxed(`${name}${index}.jpg`, labels));

test('a block has one photo with objects, and an equal share of the others', () => {
  const { photos, measure, names } = orderSet([...many('car', 5, ['car']), ...many('none', 12, [])], ['car'], 'seed');
  expect({ measure, names }).toEqual({ measure: 'ap50', names: ['car'] });
  const blocks = Map.groupBy(photos, ({ block }) => block);
  expect([...blocks.keys()]).toEqual([0, 1, 2, 3, 4]);
  const numbers = [...blocks.values()].map((members) => members.filter(({ truth }) => truth.boxes?.length).length);
  expect(numbers).toEqual([1, 1, 1, 1, 1]);
  expect([...blocks.values()].map((members) => members.length)).toEqual([4, 4, 3, 3, 3]);
});

test('the order depends on the rollout, not on the order of the file', () => {
  const photos = many('car', 30, ['car']);
  const filesOf = (truths: readonly PhotoTruth[], seed: string) =>
    orderSet(truths, ['car'], seed).photos.map(({ truth }) => truth.file);
  expect(filesOf(photos.toReversed(), 'a')).toEqual(filesOf(photos, 'a'));
  expect(filesOf(photos, 'b')).not.toEqual(filesOf(photos, 'a'));
  expect(filesOf(photos, 'a')).not.toEqual(photos.map(({ file }) => file));
});

test('labels of the endpoint that the truth does not have, and crowds, make no block', () => {
  const crowd: PhotoTruth = { ...boxed('crowd.jpg', []), boxes: [box('car', true)] };
  const { names, photos } = orderSet([boxed('a.jpg', ['car']), crowd], ['car', 'tram'], 'seed');
  expect(names).toEqual(['car']);
  expect(photos.map(({ truth, block }) => [truth.file, block])).toEqual([
    ['a.jpg', 0],
    ['crowd.jpg', 0],
  ]);
});

test('without any photo with objects there is no block', () => {
  const { photos } = orderSet(many('none', 3, []), ['car'], 'seed');
  expect(photos.map(({ block }) => block)).toEqual([undefined, undefined, undefined]);
});

test('photos that say nothing about the labels are skipped at once', () => {
  const counted: PhotoTruth = { file: 'counted.jpg', counts: { car: 2 }, judged: new Set(['car']) };
  const other = boxed('other.jpg', ['dog'], ['dog']);
  const skips = (truths: readonly PhotoTruth[]) =>
    orderSet(truths, ['car'], 'seed').photos.map(({ truth, skip }) => `${truth.file}: ${skip ?? 'used'}`);
  expect(skips([boxed('a.jpg', ['car']), counted, other])).toEqual([
    'counted.jpg: no boxes',
    'other.jpg: no labels',
    'a.jpg: used',
  ]);
  expect(skips([counted, other])).toEqual(['other.jpg: no labels', 'counted.jpg: used']);
});
