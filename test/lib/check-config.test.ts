import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { checkConfig, stackId } from '../../lib/check-config.ts';
import { canary, countEndpoint, DEFAULTS, type Deployment, jwt, predictEndpoint } from '../../lib/config.ts';
import { ConfigError } from '../../lib/config-errors.ts';
import { deployment } from '../../lib/endpoints.ts';

const cars = countEndpoint({ name: 'count-cars', model: 'counter-nano', labels: ['car'] });

/** As `path: expected, received`, the lines of the error's message. */
function faultsOf(settings: unknown, modelsFolder?: string): string[] {
  try {
    checkConfig(settings as Deployment, modelsFolder);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [, ...lines] = error.message.split('\n');
    expect(error.faults).toHaveLength(lines.length);
    return lines.map((line) => line.trim());
  }
  return [];
}

/** Settings with one endpoint that has these options as well. */
function endpointWith(options: object): unknown {
  return { name: 'test', endpoints: [{ ...cars, ...options }] };
}

test('what is shipped has no fault', () => {
  expect(checkConfig(deployment).endpoints.map(({ stackId }) => stackId)).toEqual([
    'CountCars',
    'CountApples',
    'CountPlants',
    'Predict',
  ]);
});

test('what is left out has its default', () => {
  const checked = checkConfig({ name: 'test', endpoints: [cars] });
  expect(checked).toMatchObject({
    architecture: 'arm64',
    api: { auth: { type: 'iam' }, throttle: { rate: 50, burst: 100 } },
    lifetimeDays: DEFAULTS.lifetimeDays,
    logRetentionDays: 30,
  });
  expect(checked.api).not.toHaveProperty('cors');
  expect(checked.endpoints[0]).toMatchObject({ memoryMb: 1769, timeoutSeconds: 29 });
  expect(checked.endpoints[0]?.settings).toEqual({
    name: 'count-cars',
    kind: 'count',
    answeredBy: 'model',
    models: ['counter-nano'],
    labels: ['car'],
    maxSide: 1600,
    maxPixels: 50_000_000,
    maxUploadBytes: 26_214_400,
    capture: 1,
    urlSeconds: 3600,
  });
});

/** A shadow needs captured inputs. */
const NO_SHADOW = [canary({ percent: 10 })];

test('a plan is checked with the endpoint, every fault with its path', () => {
  const rollout = [canary({ percent: 50 }), canary({ percent: 10 }), { kind: 'shadow', pictres: 5 }];
  const faults = faultsOf(endpointWith({ rollout }));
  expect(faults.map((fault) => fault.split(': ')[0])).toEqual(
    expect.arrayContaining(['endpoints[0].rollout[1].percent', 'endpoints[0].rollout[2].pictres']),
  );
  expect(faultsOf(endpointWith({ capture: 0 }))).toEqual([
    'endpoints[0].rollout[0]: expected an endpoint with capture over 0: a shadow replays captured inputs, received 0',
  ]);
});

test('without a plan: a shadow, two canaries; where a human answers: a bake', () => {
  const kinds = (options: object) =>
    checkConfig(endpointWith(options) as Deployment).endpoints[0]?.plan.map(({ kind }) => kind);
  expect(kinds({})).toEqual(['shadow', 'canary', 'canary']);
  expect(kinds({ answeredBy: 'human' })).toEqual(['blueGreen']);
});

test('a value that is given keeps, zero too', () => {
  const [endpoint] = checkConfig(
    endpointWith({ confidence: 0, iou: 1, capture: 0, rollout: NO_SHADOW }) as Deployment,
  ).endpoints;
  expect(endpoint?.settings).toMatchObject({ confidence: 0, iou: 1, capture: 0 });
});

test('all faults are told at once, each with its path and value', () => {
  const settings = {
    name: 'Test',
    api: { auth: jwt({ issuer: 'http://issuer', audience: ['us'] }), throttle: { rate: 0 } },
    logRetentionDays: 31,
    colour: 'red',
    endpoints: [
      { ...cars, confidence: 2, lables: ['car'] },
      countEndpoint({ name: 'count-buses', model: 'counter-nano', labels: ['bus'] }),
      predictEndpoint({ name: 'count-cars', models: ['nowhere'] }),
    ],
  };
  expect(faultsOf(settings)).toEqual([
    'name: expected lower-case letters, digits and single hyphens, beginning with a letter, received "Test"',
    'api.auth.issuer: expected the https URL of an OpenID Connect issuer, received "http://issuer"',
    'api.throttle.rate: expected a whole number of requests per second, 1–10000, received 0',
    'logRetentionDays: expected one of 1, 3, 5, 7, 14, 30, 60, 90, 180, 365, 731, 1827, 3653 days, received 31',
    'colour: expected no such key, received "red"',
    'endpoints[0].confidence: expected a number, 0–1, received 2',
    'endpoints[0].lables: expected no such key, received ["car"]',
    'endpoints[1].labels[0]: expected a label of counter-nano: car, apple, potted plant, received "bus"',
    'endpoints[2].models[0]: expected the file models/nowhere/model.json, received "nowhere"',
    'endpoints[2].name: expected another stack than CountCars, that of endpoints[0], received "count-cars"',
  ]);
});

test.each([
  ['memoryMb', 256, 'expected a whole number of MB, 512–10240'],
  ['timeoutSeconds', 30, 'expected a whole number of seconds, 1–29'],
  ['maxSide', 5000, 'expected a whole number of pixels, 64–4096'],
  ['maxPixels', 0, 'expected a whole number of pixels, 1–200000000'],
  ['urlSeconds', 43_201, 'expected a whole number of seconds, 60–43200'],
  ['capture', '1', 'expected a number, 0–1'],
  ['reservedConcurrency', 0, 'expected a whole number of invocations, 1–1000'],
  ['maxUploadBytes', 1.5, 'expected a whole number of bytes, 1–104857600'],
  ['answeredBy', 'cat', 'expected "model" or "human"'],
  ['labels', [], 'expected a list of at least one label'],
  ['kind', 'guess', 'expected countEndpoint({ … }) or predictEndpoint({ … })'],
])('endpoints[].%s = %j is refused', (key, value, expected) => {
  expect(faultsOf(endpointWith({ [key]: value }))).toEqual([
    `endpoints[0].${key}: ${expected}, received ${JSON.stringify(value)}`,
  ]);
});

test.each(['docs', 'models', 'health', 'candidate', 'platform', 'status'])(
  'the name %s is the platform’s own',
  (name) => {
    expect(faultsOf(endpointWith({ name }))).toEqual([
      `endpoints[0].name: expected none of the platform's own names: candidate, docs, health, models, platform, status, received "${name}"`,
    ]);
  },
);

test.each(['Cars', '1-car', 'cars-', 'count--cars', 'a', 'cars/../x', 'x'.repeat(41)])(
  'the name %j is refused',
  (name) => {
    expect(faultsOf(endpointWith({ name }))).toEqual([
      expect.stringMatching(/^endpoints\[0\]\.name: expected .*, received "/),
    ]);
  },
);

test('names that would share a stack are refused', () => {
  const named = (...names: string[]) => ({ name: 'test', endpoints: names.map((name) => ({ ...cars, name })) });
  expect(faultsOf(named('a-1b', 'a1-b'))).toEqual([]);
  expect(faultsOf(named('a-1b', 'a1-b', 'a1b'))).toEqual([
    'endpoints[2].name: expected another stack than A1b, that of endpoints[0], received "a1b"',
  ]);
});

test('what is said twice is refused', () => {
  expect(faultsOf(endpointWith({ labels: ['car', 'apple', 'car'] }))).toEqual([
    'endpoints[0].labels[2]: expected another than endpoints[0].labels[0], received "car"',
  ]);
  const twice = predictEndpoint({ name: 'predict', models: ['counter-nano', 'counter-nano'] });
  expect(faultsOf({ name: 'test', endpoints: [twice] })).toEqual([
    'endpoints[0].models[1]: expected another than endpoints[0].models[0], received "counter-nano"',
  ]);
});

test('predict takes no labels', () => {
  const predict = { ...predictEndpoint({ name: 'predict', models: ['counter-nano'] }), labels: ['car'] };
  expect(faultsOf({ name: 'test', endpoints: [predict] })).toEqual([
    'endpoints[0].labels: expected no such key, received ["car"]',
  ]);
});

test('what would have no effect is refused', () => {
  const nothing = 'expected nothing where a human answers: no model runs, and every picture is kept';
  expect(faultsOf(endpointWith({ answeredBy: 'human', capture: 1, confidence: 0.5 }))).toEqual([
    `endpoints[0].confidence: ${nothing}, received 0.5`,
    `endpoints[0].capture: ${nothing}, received 1`,
  ]);
  expect(
    faultsOf({ ...(endpointWith({ capture: 0, rollout: NO_SHADOW }) as object), lifetimeDays: { inputs: 7 } }),
  ).toEqual(['lifetimeDays.inputs: expected nothing where no endpoint captures inputs, received 7']);
});

test.each([
  [undefined],
  [null],
  [{}],
  ['cars'],
  [{ name: 'test', endpoints: [] }],
  [{ name: 'test', endpoints: [null, 3] }],
])('settings that are none, %j, are faults and nothing worse', (settings) => {
  expect(faultsOf(settings).length).toBeGreaterThan(0);
});

test('whatever the settings are, they are taken or refused with faults', () => {
  fc.assert(
    fc.property(
      fc.object({ key: fc.constantFrom('name', 'endpoints', 'api', 'kind', 'labels', 'model') }),
      (settings) => {
        faultsOf(settings);
      },
    ),
  );
});

test('a name is a stack by its words', () => {
  expect(['count-cars', 'predict', 'a-1b'].map(stackId)).toEqual(['CountCars', 'Predict', 'A1b']);
});

describe('model packages', () => {
  let models: string;
  beforeEach(() => {
    models = mkdtempSync(join(tmpdir(), 'models-'));
    cpSync('models/counter-nano', join(models, 'counter-nano'), { recursive: true });
  });
  afterEach(() => rmSync(models, { recursive: true }));

  const faults = () => faultsOf({ name: 'test', endpoints: [cars] }, models);

  test('one that is whole is taken', () => {
    expect(faults()).toEqual([]);
  });

  test('other weights than the manifest means are refused', () => {
    writeFileSync(join(models, 'counter-nano', 'model.onnx'), 'other');
    expect(faults()).toEqual([
      expect.stringMatching(
        /^endpoints\[0\]\.model: expected models\/counter-nano\/model\.onnx to have the SHA-256 3f9b7462.* it has d9298a10/,
      ),
    ]);
  });

  test('a manifest that is none is refused', () => {
    writeFileSync(join(models, 'counter-nano', 'model.json'), '{"name":"counter-nano"}');
    expect(faults()).toEqual([
      expect.stringMatching(
        /^endpoints\[0\]\.model: expected models\/counter-nano\/model\.json to be a manifest, but version: /,
      ),
    ]);
    writeFileSync(join(models, 'counter-nano', 'model.json'), '{');
    expect(faults()).toEqual([
      expect.stringMatching(/^endpoints\[0\]\.model: expected models\/counter-nano\/model\.json to be JSON: /),
    ]);
  });

  test('a folder of another name is refused', () => {
    cpSync(join(models, 'counter-nano'), join(models, 'other'), { recursive: true });
    expect(faultsOf({ name: 'test', endpoints: [{ ...cars, model: 'other' }] }, models)).toEqual([
      'endpoints[0].model: expected models/other/model.json to have the name of its folder, other, it has counter-nano, received "other"',
    ]);
  });
});
