import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { checkConfig, stackId } from '../../lib/check-config.ts';
import { canary, countEndpoint, DEFAULTS, type Deployment, jwt, predictEndpoint } from '../../lib/config.ts';
import { ConfigError } from '../../lib/config-errors.ts';
import { deployment } from '../../lib/endpoints.ts';

const cars = countEndpoint({ name: 'count-cars', model: 'counter-nano', labels: ['car'] });

/** The lines of the error's message: `path: Expected …, received …`. */
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

test('the shipped settings are valid', () => {
  expect(checkConfig(deployment).endpoints.map(({ stackId }) => stackId)).toEqual([
    'CountCars',
    'CountApples',
    'CountPlants',
    'Predict',
  ]);
});

test('an omitted option has its default', () => {
  const checked = checkConfig({ name: 'test', endpoints: [cars] });
  expect(checked).toMatchObject({
    architecture: 'arm64',
    api: { auth: { type: 'iam' }, throttle: { rate: 50, burst: 100 } },
    lifetimeDays: DEFAULTS.lifetimeDays,
    logRetentionDays: 30,
    tracing: false,
  });
  expect(checked.api).not.toHaveProperty('cors');
  expect(checked.endpoints[0]).toMatchObject({ memoryMb: 1769, timeoutSeconds: 29 });
  expect(checked.endpoints[0]?.settings).toEqual({
    name: 'count-cars',
    kind: 'count',
    answeredBy: 'model',
    models: ['counter-nano'],
    modelVersions: { 'counter-nano': '2.0.0' },
    labels: ['car'],
    maxSide: 1600,
    maxPixels: 50_000_000,
    damaged: 'reject',
    maxUploadBytes: 26_214_400,
    capture: 1,
    urlSeconds: 3600,
  });
});

test.each([
  ['5 without a reservation', {}, 5],
  ['5 with a large reservation', { reservedConcurrency: 100 }, 5],
  ['half of a small reservation', { reservedConcurrency: 9 }, 4],
  ["Lambda's minimum with the smallest reservation", { reservedConcurrency: 1 }, 2],
  ['the given number', { uploadConcurrency: 40 }, 40],
  ['the given number, up to the whole reservation', { reservedConcurrency: 8, uploadConcurrency: 8 }, 8],
])('uploads have a concurrency of %s', (_, options, expected) => {
  const [endpoint] = checkConfig(endpointWith(options) as Deployment).endpoints;
  expect(endpoint?.uploadConcurrency).toBe(expected);
});

test('uploads cannot have more concurrency than is reserved', () => {
  expect(faultsOf(endpointWith({ reservedConcurrency: 3, uploadConcurrency: 4 }))).toEqual([
    'endpoints[0].uploadConcurrency: Expected at most the reservedConcurrency of 3, so that no upload is throttled, ' +
      'received 4',
  ]);
});

/** A plan without a shadow, which would need captured inputs. */
const NO_SHADOW = [canary({ percent: 10 })];

test('each fault of a plan has its path within the settings', () => {
  const rollout = [canary({ percent: 50 }), canary({ percent: 10 }), { kind: 'shadow', pictres: 5 }];
  const faults = faultsOf(endpointWith({ rollout }));
  expect(faults.map((fault) => fault.split(': ')[0])).toEqual(
    expect.arrayContaining(['endpoints[0].rollout[1].percent', 'endpoints[0].rollout[2].pictres']),
  );
  expect(faultsOf(endpointWith({ capture: 0 }))).toEqual([
    'endpoints[0].rollout[0]: Expected an endpoint with capture over 0: a shadow replays captured inputs, received 0',
  ]);
});

test('the default plan is a shadow and two canaries, and blue-green for a human-answered endpoint', () => {
  const kinds = (options: object) =>
    checkConfig(endpointWith(options) as Deployment).endpoints[0]?.plan.map(({ kind }) => kind);
  expect(kinds({})).toEqual(['shadow', 'canary', 'canary']);
  expect(kinds({ answeredBy: 'human' })).toEqual(['blueGreen']);
});

test('a given value replaces the default, zero included', () => {
  const [endpoint] = checkConfig(
    endpointWith({ confidence: 0, iou: 1, capture: 0, rollout: NO_SHADOW }) as Deployment,
  ).endpoints;
  expect(endpoint?.settings).toMatchObject({ confidence: 0, iou: 1, capture: 0 });
});

test('operatorScopes are a list of at least one scope', () => {
  const withScopes = (operatorScopes: unknown) => ({
    name: 'test',
    api: { auth: jwt({ issuer: 'https://issuer', audience: ['us'], operatorScopes } as Parameters<typeof jwt>[0]) },
    endpoints: [cars] as const,
  });
  expect(faultsOf(withScopes([]))).toEqual([
    'api.auth.operatorScopes: Expected a list of at least one scope, received []',
  ]);
  expect(checkConfig(withScopes(['operate'])).api.auth).toMatchObject({ operatorScopes: ['operate'] });
});

test('one error has all faults, each with its path and value', () => {
  const settings = {
    name: 'Test',
    api: { auth: jwt({ issuer: 'http://issuer', audience: ['us'] }), throttle: { rate: 0 } },
    logRetentionDays: 31,
    tracing: 'on',
    colour: 'red',
    endpoints: [
      { ...cars, confidence: 2, lables: ['car'] },
      countEndpoint({ name: 'count-buses', model: 'counter-nano', labels: ['bus'] }),
      predictEndpoint({ name: 'count-cars', models: ['nowhere'] }),
    ],
  };
  expect(faultsOf(settings)).toEqual([
    'name: Expected lower-case letters, digits and single hyphens, beginning with a letter, received "Test"',
    'api.auth.issuer: Expected the https URL of an OpenID Connect issuer, received "http://issuer"',
    'api.throttle.rate: Expected a whole number of requests per second, 1–10000, received 0',
    'logRetentionDays: Expected one of 1, 3, 5, 7, 14, 30, 60, 90, 180, 365, 731, 1827, 3653 days, received 31',
    'tracing: Expected true or false, received "on"',
    'colour: Expected no value: the key is unknown, received "red"',
    'endpoints[0].confidence: Expected a number, 0–1, received 2',
    'endpoints[0].lables: Expected no value: the key is unknown, received ["car"]',
    'endpoints[1].labels[0]: Expected a label of counter-nano: car, apple, potted plant, received "bus"',
    'endpoints[2].models[0]: Expected a valid model package ' +
      '(models/nowhere/model.json: expected a file, received none), received "nowhere"',
    'endpoints[2].name: Expected a name with a stack other than CountCars, which endpoints[0] uses, ' +
      'received "count-cars"',
  ]);
});

test.each([
  ['memoryMb', 256, 'Expected a whole number of MB, 512–10240'],
  ['timeoutSeconds', 30, 'Expected a whole number of seconds, 1–29'],
  ['maxSide', 5000, 'Expected a whole number of pixels, 64–4096'],
  ['maxPixels', 0, 'Expected a whole number of pixels, 1–200000000'],
  ['memoryMb', 512, 'Expected at least 600 MB, which a picture of 50000000 pixels (maxPixels) can need'],
  ['damaged', 'mark', 'Expected "reject" or "serve"'],
  ['drift', false, 'Expected true, or no value'],
  ['review', false, 'Expected true, or no value'],
  ['urlSeconds', 43_201, 'Expected a whole number of seconds, 60–43200'],
  ['capture', '1', 'Expected a number, 0–1'],
  ['reservedConcurrency', 0, 'Expected a whole number of invocations, 1–1000'],
  ['uploadConcurrency', 1, 'Expected a whole number of invocations, 2–1000'],
  ['uploadConcurrency', 1001, 'Expected a whole number of invocations, 2–1000'],
  ['maxUploadBytes', 1.5, 'Expected a whole number of bytes, 1–104857600'],
  ['answeredBy', 'cat', 'Expected "model" or "human"'],
  ['labels', [], 'Expected a list of at least one label'],
  ['kind', 'guess', 'Expected countEndpoint({ … }) or predictEndpoint({ … })'],
])('endpoints[].%s = %j is rejected', (key, value, expected) => {
  expect(faultsOf(endpointWith({ [key]: value }))).toEqual([
    `endpoints[0].${key}: ${expected}, received ${JSON.stringify(value)}`,
  ]);
});

test.each(['docs', 'models', 'health', 'candidate', 'platform', 'status'])(
  'the reserved name %s is rejected',
  (name) => {
    expect(faultsOf(endpointWith({ name }))).toEqual([
      'endpoints[0].name: Expected none of the reserved names candidate, docs, health, models, platform, status, ' +
        `received "${name}"`,
    ]);
  },
);

test.each(['Cars', '1-car', 'cars-', 'count--cars', 'a', 'cars/../x', 'x'.repeat(41)])(
  'the name %j is rejected',
  (name) => {
    expect(faultsOf(endpointWith({ name }))).toEqual([
      expect.stringMatching(/^endpoints\[0\]\.name: Expected .*, received "/),
    ]);
  },
);

test('two names with the same stack are rejected', () => {
  const named = (...names: string[]) => ({ name: 'test', endpoints: names.map((name) => ({ ...cars, name })) });
  expect(faultsOf(named('a-1b', 'a1-b'))).toEqual([]);
  expect(faultsOf(named('a-1b', 'a1-b', 'a1b'))).toEqual([
    'endpoints[2].name: Expected a name with a stack other than A1b, which endpoints[0] uses, received "a1b"',
  ]);
});

test('a repeated label or model is rejected', () => {
  expect(faultsOf(endpointWith({ labels: ['car', 'apple', 'car'] }))).toEqual([
    'endpoints[0].labels[2]: Expected a value that differs from endpoints[0].labels[0], received "car"',
  ]);
  const twice = predictEndpoint({ name: 'predict', models: ['counter-nano', 'counter-nano'] });
  expect(faultsOf({ name: 'test', endpoints: [twice] })).toEqual([
    'endpoints[0].models[1]: Expected a value that differs from endpoints[0].models[0], received "counter-nano"',
  ]);
});

test('the expected traffic checks the plan, and is no part of the version', () => {
  const settings = endpointWith({ requestsPerMinute: 1000 }) as Deployment;
  expect(checkConfig(settings).endpoints[0]?.settings).not.toHaveProperty('requestsPerMinute');
  expect(faultsOf(endpointWith({ requestsPerMinute: 0.01 })).join()).toContain(
    'the 2 requests that the step gets in 2 d at 0.01 per minute',
  );
  expect(faultsOf(endpointWith({ requestsPerMinute: 0 }))).toEqual([
    'endpoints[0].requestsPerMinute: Expected requests per minute, over 0, received 0',
  ]);
});

test('the setting review makes no new version of a function', () => {
  const [endpoint] = checkConfig(endpointWith({ review: true }) as Deployment).endpoints;
  expect(endpoint?.review).toBe(true);
  expect(endpoint?.settings).not.toHaveProperty('review');
});

test('the settings of a function name drift only where it is set', () => {
  const settingsOf = (changes: object) => checkConfig(endpointWith(changes) as Deployment).endpoints[0]?.settings;
  expect(settingsOf({ drift: true })).toMatchObject({ drift: true });
  expect(settingsOf({})).not.toHaveProperty('drift');
});

test('the message names the file of the settings', () => {
  const settings = endpointWith({ memoryMb: 1 }) as Deployment;
  expect(() => checkConfig(settings, undefined, 'staging.ts')).toThrow(/^staging\.ts has 1 error:\n/);
  expect(() => checkConfig(settings)).toThrow(/^lib\/endpoints\.ts has 1 error:\n/);
});

test('a predict endpoint with labels is rejected', () => {
  const predict = { ...predictEndpoint({ name: 'predict', models: ['counter-nano'] }), labels: ['car'] };
  expect(faultsOf({ name: 'test', endpoints: [predict] })).toEqual([
    'endpoints[0].labels: Expected no value: the key is unknown, received ["car"]',
  ]);
});

test('an option without effect is rejected', () => {
  const nothing = 'Expected no value: an endpoint answered by a human runs no model and keeps every picture';
  expect(
    faultsOf(endpointWith({ answeredBy: 'human', capture: 1, confidence: 0.5, drift: true, review: true })),
  ).toEqual([
    `endpoints[0].confidence: ${nothing}, received 0.5`,
    `endpoints[0].capture: ${nothing}, received 1`,
    `endpoints[0].drift: ${nothing}, received true`,
    `endpoints[0].review: ${nothing}, received true`,
  ]);
  expect(faultsOf(endpointWith({ capture: 0, rollout: NO_SHADOW, review: true }))).toEqual([
    'endpoints[0].review: Expected no value: the endpoint captures no pictures to review (capture: 0), received true',
  ]);
  expect(
    faultsOf({ ...(endpointWith({ capture: 0, rollout: NO_SHADOW }) as object), lifetimeDays: { inputs: 7 } }),
  ).toEqual(['lifetimeDays.inputs: Expected no value because no endpoint captures inputs, received 7']);
});

test.each([
  [undefined],
  [null],
  [{}],
  ['cars'],
  [{ name: 'test', endpoints: [] }],
  [{ name: 'test', endpoints: [null, 3] }],
])('%j instead of settings gives faults, not another error', (settings) => {
  expect(faultsOf(settings).length).toBeGreaterThan(0);
});

test('any settings are accepted, or rejected with faults', () => {
  fc.assert(
    fc.property(
      fc.object({ key: fc.constantFrom('name', 'endpoints', 'api', 'kind', 'labels', 'model') }),
      (settings) => {
        faultsOf(settings);
      },
    ),
  );
});

test('the id of a stack is the name in Pascal case', () => {
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

  test('a valid package is accepted', () => {
    expect(faults()).toEqual([]);
  });

  test('weights with another SHA-256 than in the manifest are rejected', () => {
    writeFileSync(join(models, 'counter-nano', 'model.onnx'), 'other');
    expect(faults()).toEqual([
      expect.stringMatching(
        /^endpoints\[0\]\.model: Expected .*\(models\/counter-nano\/model\.onnx: .* 3696e762.* received d9298a10/,
      ),
    ]);
  });

  test('an invalid manifest is rejected', () => {
    writeFileSync(join(models, 'counter-nano', 'model.json'), '{"name":"counter-nano"}');
    expect(faults()).toEqual([
      expect.stringMatching(/^endpoints\[0\]\.model: Expected .*\(models\/counter-nano\/model\.json: version: /),
    ]);
    writeFileSync(join(models, 'counter-nano', 'model.json'), '{');
    expect(faults()).toEqual([
      expect.stringMatching(/^endpoints\[0\]\.model: Expected .*model\.json: expected JSON, received /),
    ]);
  });

  test('a folder that has another name than its manifest is rejected', () => {
    cpSync(join(models, 'counter-nano'), join(models, 'other'), { recursive: true });
    expect(faultsOf({ name: 'test', endpoints: [{ ...cars, model: 'other' }] }, models)).toEqual([
      'endpoints[0].model: Expected a valid model package (models/other/model.json: ' +
        'expected the folder\'s name other as name, received counter-nano), received "other"',
    ]);
  });
});
