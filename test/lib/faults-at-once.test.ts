/** A fault hides no other one, and brings no false one. */

import { canary, countEndpoint } from '../../lib/config.ts';
import { endpointWith, faultsOf } from './faults.ts';
import { CARS } from './synthesis.ts';

const MEMORY = 'Expected a whole number of MB, 512–10240';

test('faults of the events beside one elsewhere', () => {
  const events = { notices: ['alarms'], batchPictures: true, webhooks: [{ name: 'ab', url: 'http://x' }] };
  const of = (name: string) => faultsOf({ ...endpointWith({}), name, events });
  const own = of('fine');
  expect(own.map((fault) => fault.split(':')[0])).toEqual([
    'events.batchPictures',
    'events.webhooks[0].url',
    'events.notices',
  ]);
  const [first, ...others] = of('X');
  expect(first).toMatch(/^name: Expected .*, received "X"$/);
  expect(others).toEqual(own);
});

test('faults of an endpoint beside one of another setting, but none that follows from it', () => {
  const wrong = { model: 'nope', reservedConcurrency: 2, uploadConcurrency: 9, rollout: [canary({ percent: 500 })] };
  const all = faultsOf(endpointWith(wrong));
  expect(all).toHaveLength(3);
  expect(new Set(faultsOf(endpointWith({ ...wrong, memoryMb: 1 })))).toEqual(
    new Set([`endpoints[0].memoryMb: ${MEMORY}, received 1`, ...all]),
  );
  const related = faultsOf(endpointWith({ ...wrong, reservedConcurrency: 'x', capture: 'x', labels: ['none'] }));
  expect(related.map((fault) => fault.split(':')[0]).sort()).toEqual([
    'endpoints[0].capture',
    'endpoints[0].model',
    'endpoints[0].reservedConcurrency',
  ]);
});

test('an endpoint with a fault may capture pictures', () => {
  const endpoints = [
    countEndpoint({ ...CARS, capture: 0, rollout: [canary({ percent: 10 })] }),
    countEndpoint({ ...CARS, name: 'others', memoryMb: 1 }),
  ];
  const faults = faultsOf({ name: 'test', lifetimeDays: { inputs: 10 }, endpoints });
  expect(faults).toEqual([`endpoints[1].memoryMb: ${MEMORY}, received 1`]);
});
