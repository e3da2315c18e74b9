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

test('an endpoint with a fault may capture pictures', () => {
  const endpoints = [
    countEndpoint({ ...CARS, capture: 0, rollout: [canary({ percent: 10 })] }),
    countEndpoint({ ...CARS, name: 'others', memoryMb: 1 }),
  ];
  const faults = faultsOf({ name: 'test', lifetimeDays: { inputs: 10 }, endpoints });
  expect(faults).toEqual([`endpoints[1].memoryMb: ${MEMORY}, received 1`]);
});
