/** The index finds the same neighbours as a comparison with each scene. */

import fc from 'fast-check';
import { SceneIndex } from '../../functions/judge/scene-index.ts';
import type { SeenPicture } from '../../functions/judge/scenes.ts';

const LEVELS = 4;

function differing(a: string, b: string): number {
  return [...a].filter((_, cell) => Math.abs(a.charCodeAt(cell) - b.charCodeAt(cell)) > LEVELS).length;
}

/** As `scenes.ts` states it. */
function isNeighbour(a: SeenPicture, b: SeenPicture): boolean {
  if (a.luminance === undefined || b.luminance === undefined) return false;
  const isSameMinute = a.minute !== undefined && a.minute === b.minute && a.caller === b.caller;
  return differing(a.luminance, b.luminance) <= (isSameMinute ? 32 : 0);
}

/** A view of 64 cells, near one of a few others, so that neighbours are frequent. */
const luminance = fc
  .tuple(fc.integer({ min: 0, max: 2 }), fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 64, maxLength: 64 }))
  .chain(([base, steps]) =>
    fc.constantFrom(0, 0.5, 1).map((share) =>
      String.fromCharCode(
        ...steps.map((step, cell) => {
          const level = ((cell * 7 + base * 20) % 54) + 5;
          return 48 + level + Math.round(share * step);
        }),
      ),
    ),
  );

const picture: fc.Arbitrary<SeenPicture> = fc
  .record({
    minute: fc.constantFrom(undefined, 1, 2),
    caller: fc.constantFrom(undefined, 'ann', 'bob'),
    luminance: fc.option(luminance, { nil: undefined, freq: 9 }),
  })
  .map((fields) => ({
    id: 'id',
    sha256: 'hash',
    ...(fields.minute !== undefined && { minute: fields.minute }),
    ...(fields.caller !== undefined && { caller: fields.caller }),
    ...(fields.luminance !== undefined && { luminance: fields.luminance }),
  }));

test('the same neighbours as by a comparison with each', () => {
  const found = { yes: 0, no: 0 };
  fc.assert(
    fc.property(fc.array(picture, { minLength: 1, maxLength: 12 }), picture, (scenes, next) => {
      const index = new SceneIndex();
      for (const scene of scenes) index.add(scene);
      const expected = scenes.some((scene) => isNeighbour(next, scene));
      found[expected ? 'yes' : 'no'] += 1;
      expect(index.hasNeighbour(next)).toBe(expected);
    }),
    { numRuns: 400 },
  );
  expect(Math.min(found.yes, found.no)).toBeGreaterThan(40);
});

test('pictures of the same minute are of one camera only where the minute is known', () => {
  const view = (level: number) => String.fromCharCode(48 + level);
  const half = view(10).repeat(32) + view(40).repeat(32);
  const index = new SceneIndex();
  index.add({ id: 'a', sha256: 'a', minute: 5, luminance: view(10).repeat(64) });
  expect(index.hasNeighbour({ id: 'b', sha256: 'b', minute: 5, luminance: half })).toBe(true);
  expect(index.hasNeighbour({ id: 'b', sha256: 'b', luminance: half })).toBe(false);
});
