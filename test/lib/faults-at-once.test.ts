/** A fault hides no other one, and brings no false one. */

import { canary, countEndpoint, predictEndpoint, shadow } from '../../lib/config.ts';
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
    'endpoints[0].rollout[0].percent',
  ]);
});

/** Paths of the faults within the first endpoint, besides `known`. */
const besides = (known: RegExp, options: object) =>
  faultsOf(endpointWith(options))
    .map((fault) => fault.replace('endpoints[0].', '').split(':')[0] ?? '')
    .filter((path) => !known.test(path));

test.each<[RegExp, object]>([
  [/^labels$/, { labels: [] }],
  [/^labels$/, { labels: undefined }],
  [/^model$/, { model: '' }],
  [/^name$/, { name: 'Count-cars' }],
  [/^kind$/, { kind: 'guess' }],
  [/^(?:labels|name|model)$/, { labels: [], name: 3, model: 4 }],
  [/^answeredBy$/, { answeredBy: 'cat' }],
  [/^labelled/, { labelled: { truth: 3 } }],
  [/^damaged$/, { damaged: 'mark' }],
])('%s wrong by %j hides no other fault', (known, wrong) => {
  const others = { reservedConcurrency: 2, uploadConcurrency: 9, rollout: [canary({ percent: 500 })] };
  expect(besides(known, { ...others, ...wrong }).sort()).toEqual(['rollout[0].percent', 'uploadConcurrency']);
});

test('a wrong item of a list hides no fault of another item', () => {
  expect(besides(/^$/, { labels: ['bus', '', 'car', 'car'] }).sort()).toEqual(['labels[0]', 'labels[1]', 'labels[3]']);
  const batch = { concurrency: 0, sources: ['s3://photos', 'photos', 's3://photos/2026', 'others'] };
  expect(besides(/^$/, { batch }).sort()).toEqual([
    'batch.concurrency',
    'batch.sources[1]',
    'batch.sources[2]',
    'batch.sources[3]',
  ]);
  const models = ['counter-nano', '', 'nope', 'counter-nano'];
  expect(besides(/^$/, { kind: 'predict', model: undefined, labels: undefined, models })).toEqual(
    expect.arrayContaining(['models[1]', 'models[2]', 'models[3]']),
  );
});

const byLabels = [shadow({ judge: 'labels', labels: { prefix: 'labels/count-cars/a/', names: ['tram'] } })];

test.each<[string, object]>([
  ['memoryMb', { maxPixels: 0, memoryMb: 512 }],
  ['labels of photos', { labels: [], rollout: [...byLabels, canary({ percent: 10 })] }],
  ['the prefix of photos', { name: 'Cars', rollout: [...byLabels, canary({ percent: 10 })], labels: ['car', ''] }],
  ['the shadow', { answeredBy: 'humans', rollout: [shadow(), canary({ percent: 10 })] }],
  ['drift and review', { capture: -1, drift: true, review: true }],
])('no fault of %s follows from another', (_, options) => {
  const allowed = /^(?:maxPixels|labels(?:\[1\])?|name|answeredBy|capture)$/;
  expect(besides(allowed, options)).toEqual([]);
});

test('an invalid model of a predict endpoint brings no fault of labels', () => {
  const rollout = [...byLabels, canary({ percent: 10 })] as const;
  const endpoints = [{ ...predictEndpoint({ name: 'count-cars', models: ['nope', 'counter-nano'], rollout }) }];
  expect(faultsOf({ name: 'test', endpoints })).toEqual([
    expect.stringMatching(/^endpoints\[0\]\.models\[0\]: Expected a valid model package/),
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

const pathsOf = (settings: object) => faultsOf(settings).map((fault) => fault.split(':')[0]);

test('a fault of a webhook hides none of the other values of events', () => {
  const webhooks = [
    { name: 'A', url: 'https://10.0.0.1/', types: ['batch.started', 'x', 'drift.found', 'drift.found'] },
    3,
    { name: 'bus', url: 'https://example.com' },
    { name: 'A', url: 5 },
  ];
  const events = { speed: 1, batchPictures: true, webhooks, notices: ['alarms', 'mail', 'slack', 'slack'] };
  expect(pathsOf({ ...endpointWith({}), events }).sort()).toEqual([
    'events.batchPictures',
    'events.notices',
    'events.notices[1]',
    'events.notices[3]',
    'events.speed',
    'events.webhooks[0].name',
    'events.webhooks[0].types[0]',
    'events.webhooks[0].types[1]',
    'events.webhooks[0].types[2]',
    'events.webhooks[0].types[3]',
    'events.webhooks[0].types[3]',
    'events.webhooks[0].url',
    'events.webhooks[1]',
    'events.webhooks[2].name',
    'events.webhooks[3].name',
    'events.webhooks[3].url',
  ]);
});

test('the lifetime of inputs that nobody captures, beside a fault of an endpoint', () => {
  const settings = endpointWith({ capture: 0, memoryMb: 1, rollout: [canary({ percent: 10 })] });
  expect(faultsOf({ ...settings, lifetimeDays: { inputs: 10 } })).toEqual([
    `endpoints[0].memoryMb: ${MEMORY}, received 1`,
    'lifetimeDays.inputs: Expected no value because no endpoint captures inputs, received 10',
  ]);
});

const named = (...names: string[]) => ({
  name: 'test',
  endpoints: names.map((name) => countEndpoint({ ...CARS, name })),
});
const types = ['batch.started', 'drift.found'];
const webhooks = [{ name: 'ours', url: 'https://example.com', types }];

test.each<[string[], object]>([
  [['tables'], { ...named('cars'), tables: 'yes', lifetimeDays: { tables: 30 } }],
  [['endpoints[0].name'], named('Count-cars', 'count-cars')],
  [['endpoints[0].capture'], { ...endpointWith({ capture: 'x' }), lifetimeDays: { inputs: 10 } }],
  [['endpoints'], { name: 'test', endpoints: [], events: { batchPictures: true, webhooks } }],
  [['lifetimeDays.results'], { ...named('cars'), tables: true, lifetimeDays: { results: 1.5 } }],
  [['lifetimeDays.rollouts'], { ...endpointWith({ drift: true }), lifetimeDays: { rollouts: 1.5 } }],
  [
    ['api.auth.audience[0]', 'api.auth.audience[2]'],
    { ...named('cars'), api: { auth: { type: 'jwt', issuer: 'https://a.example.com', audience: [3, 'a', 'a'] } } },
  ],
])('only %j, for no other fault follows from it', (paths, settings) => {
  expect(pathsOf(settings)).toEqual(paths);
});
