import { sceneWeights } from '../../functions/drift/scenes.ts';
import { flat, picture } from './facts.ts';

const MINUTE = 60_000;
const halfDark = flat(40).slice(0, 32) + flat(10).slice(0, 32);

test('pictures of the same scene share one weight, others have one each', () => {
  const pictures = [picture(), picture({ luminance: flat(34) }), picture({ luminance: flat(50) })];
  expect(sceneWeights(pictures)).toEqual([0.5, 0.5, 1]);
});

test('one cell that differs by more than 4 levels makes another scene, from another caller', () => {
  const cell = flat(30).slice(0, 63) + flat(35).charAt(0);
  const pictures = [picture({ caller: 'a' }), picture({ caller: 'b', luminance: cell })];
  expect(sceneWeights(pictures)).toEqual([1, 1]);
});

test('one caller within five minutes shows one scene as long as half of the cells stay', () => {
  const at = (minutes: number, luminance: string, caller = 'gate') =>
    picture({ time: minutes * MINUTE, luminance, caller });
  expect(sceneWeights([at(0, flat(40)), at(5, halfDark)])).toEqual([0.5, 0.5]);
  expect(sceneWeights([at(0, flat(40)), at(6, halfDark)])).toEqual([1, 1]);
  expect(sceneWeights([at(0, flat(40)), at(1, halfDark, 'yard')])).toEqual([1, 1]);
});

test('minutes count from the last picture of the scene, in order of time', () => {
  const at = (minutes: number, luminance: string) => picture({ time: minutes * MINUTE, luminance });
  const weights = sceneWeights([at(8, halfDark), at(0, flat(40)), at(4, flat(40))]);
  expect(weights).toEqual([1 / 3, 1 / 3, 1 / 3]);
});

test('pictures that were not decoded are one scene of their caller, for five minutes', () => {
  const refused = (minutes: number, caller: string) => ({ time: minutes * MINUTE, caller });
  expect(sceneWeights([refused(0, 'a'), refused(1, 'a'), refused(1, 'b'), refused(9, 'a')])).toEqual([0.5, 0.5, 1, 1]);
  expect(sceneWeights([refused(0, 'a'), picture({ time: 0, caller: 'a' })])).toEqual([1, 1]);
});

test('no pictures have no weights', () => {
  expect(sceneWeights([])).toEqual([]);
});
