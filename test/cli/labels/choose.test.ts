import { type Choosable, choose, teachingValue } from '../../../cli/labels/choose.ts';

const NOTHING = { disagreement: 0, margin: 0, overruled: 0, drift: 0 };

/** Luminance of 64 cells, all the same, so that scenes differ by their level. */
const plain = (level: number) => String.fromCharCode(level).repeat(64);

function picture(id: string, changes: Partial<Choosable['reasons']> = {}, luminance?: string): Choosable {
  const seen = { id, sha256: `hash of ${id}`, ...(luminance !== undefined && { luminance }) };
  return { id, seen, reasons: { ...NOTHING, ...changes } };
}

const ids = (chosen: readonly { picture: Choosable }[]) => chosen.map((each) => each.picture.id);
const hundred = Array.from({ length: 100 }, (_, at) => picture(`p${at}`, { disagreement: at / 100 }));

test('the value is the sum of the parts by their weights', () => {
  expect(teachingValue(NOTHING)).toBe(0);
  expect(teachingValue({ disagreement: 0.5, margin: 0.5, overruled: 0.25, drift: 1 })).toBe(0.5 + 0.25 + 0.25 + 0.5);
});

test('the pictures of most value are chosen', () => {
  const chosen = choose(hundred, { number: 3, random: 0, seed: 1 });
  expect(ids(chosen)).toEqual(['p99', 'p98', 'p97']);
  expect(chosen.map(({ value, by }) => [value, by])).toEqual([
    [0.99, 'value'],
    [0.98, 'value'],
    [0.97, 'value'],
  ]);
});

test('a share is drawn at random, the same with the same seed, and another with another', () => {
  const drawn = (seed: number) =>
    choose(hundred, { number: 50, random: 0.2, seed }).filter(({ by }) => by === 'random');
  expect(drawn(1)).toHaveLength(10);
  expect(ids(drawn(1))).toEqual(ids(drawn(1)));
  expect(ids(drawn(1))).not.toEqual(ids(drawn(2)));
});

test('the random ones know no value: over many seeds their mean value is that of all pictures', () => {
  const means = Array.from({ length: 200 }, (_, seed) => {
    const drawn = choose(hundred, { number: 10, random: 1, seed });
    return drawn.reduce((sum, { value }) => sum + value, 0) / drawn.length;
  });
  // The standard deviation of a mean of 10 is 0.087, of 2000 it is 0.006.
  expect(Math.abs(means.reduce((sum, mean) => sum + mean, 0) / means.length - 0.495)).toBeLessThan(0.025);
});

test('a scene is chosen once, by its picture of most value; the random share takes it first', () => {
  const scenes = [
    picture('low', { overruled: 0.2 }, plain(20)),
    picture('high', { overruled: 0.9 }, plain(21)),
    picture('other', { overruled: 0.1 }, plain(50)),
    picture('dark', {}, plain(0)),
  ];
  expect(ids(choose(scenes, { number: 4, random: 0, seed: 1 }))).toEqual(['high', 'other', 'dark']);
  const random = ids(choose(scenes, { number: 4, random: 1, seed: 1 }));
  expect(random).toHaveLength(3);
  expect(random.filter((id) => id === 'low' || id === 'high')).toHaveLength(1);
});

test('fewer pictures than wanted are all chosen, and none gives none', () => {
  expect(choose(hundred.slice(0, 2), { number: 50, random: 0.2, seed: 1 })).toHaveLength(2);
  expect(choose([], { number: 50, random: 0.2, seed: 1 })).toEqual([]);
});
