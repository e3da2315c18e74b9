import { type KnownPictures, type Novelty, type SeenPicture, SeenPictures } from '../../functions/judge/scenes.ts';

const DAY = 1440;
/** A view by the luminance of its 64 cells, 0–63. */
const view = (levelOf: (cell: number) => number) =>
  String.fromCharCode(...Array.from({ length: 64 }, (_, cell) => 48 + levelOf(cell)));
const street = view((cell) => cell % 50);
const picture = (more: Partial<SeenPicture> = {}): SeenPicture => ({
  id: 'a',
  sha256: 'first',
  minute: 100,
  luminance: street,
  ...more,
});
const other = (more: Partial<SeenPicture>) => picture({ id: 'b', sha256: 'second', ...more });
const noveltyOf = (next: SeenPicture, known: KnownPictures) => new SeenPictures(known).noveltyOf(next);
const withPicture = (known: KnownPictures, next: SeenPicture, novelty: Novelty) => {
  const seen = new SeenPictures(known);
  seen.add(next, novelty);
  return seen.known;
};
const novelty = (next: SeenPicture) =>
  noveltyOf(next, { scenes: [picture({ id: 'z', sha256: 'z', luminance: 'o'.repeat(64) }), picture()] });

test('the first picture is new', () => {
  expect(noveltyOf(picture(), {})).toBe('new');
});

test('the same content is a repeat, whenever and from whomever it comes', () => {
  expect(novelty(other({ sha256: 'first' }))).toBe('repeat');
  expect(novelty(other({ sha256: 'first', minute: 100 + 20 * DAY, caller: 'else', luminance: view(() => 9) }))).toBe(
    'repeat',
  );
  expect(noveltyOf(other({ sha256: 'first', luminance: '' }), { scenes: [picture({ luminance: '' })] })).toBe('repeat');
});

test('a picture that counts itself is new again, so that a corrected decision counts', () => {
  expect(novelty(picture({ sha256: 'first' }))).toBe('new');
});

test.each<[string, string, 'neighbour' | 'new']>([
  ['the same cells', street, 'neighbour'],
  ['every cell four levels brighter', view((cell) => (cell % 50) + 4), 'neighbour'],
  ['every cell four levels darker', view((cell) => (cell % 50) - 4), 'neighbour'],
  ['one cell five levels brighter', view((cell) => (cell % 50) + (cell === 63 ? 5 : 0)), 'new'],
  ['one cell five levels darker', view((cell) => (cell % 50) - (cell === 0 ? 5 : 0)), 'new'],
])('at another time: %s', (_, luminance, expected) => {
  expect(novelty(other({ luminance, minute: 100 + DAY }))).toBe(expected);
});

const changed = (cells: number) => view((cell) => (cell % 50) + (cell < cells ? 13 : 0));

test('within a minute, half of the cells of one camera may change', () => {
  expect(novelty(other({ luminance: changed(32) }))).toBe('neighbour');
  expect(novelty(other({ luminance: changed(33) }))).toBe('new');
  expect(novelty(other({ luminance: changed(32), minute: 101 }))).toBe('new');
  expect(novelty(other({ luminance: changed(32), minute: 99 }))).toBe('new');
});

test('within a minute, pictures of two callers are two cameras', () => {
  const counted = { scenes: [picture({ caller: 'ann' })] };
  expect(noveltyOf(other({ luminance: changed(20), caller: 'ann' }), counted)).toBe('neighbour');
  expect(noveltyOf(other({ luminance: changed(20), caller: 'bob' }), counted)).toBe('new');
  expect(noveltyOf(other({ luminance: changed(20) }), counted)).toBe('new');
  expect(noveltyOf(other({ caller: 'bob' }), counted)).toBe('neighbour');
});

test('where a view is not known, only the same content is recognised', () => {
  const { luminance: _, ...unknown } = other({});
  expect(novelty(unknown)).toBe('new');
  expect(noveltyOf(other({ id: 'c' }), { scenes: [unknown] })).toBe('repeat');
  expect(noveltyOf(other({ id: 'd', sha256: 'third' }), { scenes: [unknown] })).toBe('new');
});

test('what is known grows by new scenes and by neighbours, not by repeats', () => {
  const first = withPicture({}, picture(), 'new');
  expect(first).toEqual({ scenes: [picture()] });
  const second = withPicture(first, other({}), 'neighbour');
  expect(second).toEqual({ scenes: [picture()], neighbours: ['second'] });
  expect(withPicture(second, other({}), 'repeat')).toEqual(second);
  expect(withPicture(second, other({ sha256: 'third' }), 'new')).toEqual({
    scenes: [picture(), other({ sha256: 'third' })],
    neighbours: ['second'],
  });
});

test('the same content as a neighbour is a repeat, too', () => {
  const known = withPicture(withPicture({}, picture(), 'new'), other({}), 'neighbour');
  expect(noveltyOf(other({ id: 'c' }), known)).toBe('repeat');
});

test('nothing is known before the first picture', () => {
  expect(new SeenPictures().known).toEqual({});
});

test('the last 5000 neighbours are remembered', () => {
  const neighbours = Array.from({ length: 4999 }, (_, index) => `n${index}`);
  const seen = new SeenPictures({ neighbours });
  const remembered = () => {
    const { neighbours: all = [] } = seen.known;
    return [all.length, all[0], all.at(-1)];
  };
  seen.add(other({}), 'neighbour');
  expect(remembered()).toEqual([5000, 'n0', 'second']);
  seen.add(other({ sha256: 'third' }), 'neighbour');
  seen.add(other({ sha256: 'fourth' }), 'neighbour');
  expect(remembered()).toEqual([5000, 'n2', 'fourth']);
});
