import { execFileSync } from 'node:child_process';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import type * as z from 'zod';
import { InvalidOptionsError } from '../../functions/api/errors.ts';
import { OPTION_NAMES, parseOptions } from '../../functions/api/options.ts';
import { problemFor } from '../../functions/api/problems.ts';
import { decisionSchema, predictionSchema, problemSchema, ticketSchema } from '../../functions/api/schemas.ts';
import { EmptyPictureError } from '../../functions/detection/errors.ts';
import { describeApi } from '../../functions/docs/openapi/document.ts';
import { EVENT_TYPES } from '../../functions/events-contract.ts';
import { SETTINGS } from './docs-function.ts';

type Json = Readonly<Record<string, never>>;
type Deep = { readonly [key: string]: Deep } & { readonly [index: number]: Deep };

const AUTHS = ['iam', 'jwt', 'none'] as const;
const document = describeApi(SETTINGS) as unknown as Deep;

/** A validator for one schema of the document. */
function validator(pointer: string, whole: unknown = document): ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  return ajv.addSchema(whole as object, 'api').getSchema(`api${pointer}`) as ValidateFunction;
}

const escapePart = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1');

/** Every object of the document with its JSON pointer. */
function* nodes(node: unknown, pointer = '#'): Generator<[string, Json]> {
  if (typeof node !== 'object' || node === null) return;
  yield [pointer, node as Json];
  for (const [key, child] of Object.entries(node)) yield* nodes(child, `${pointer}/${encodeURI(escapePart(key))}`);
}

describe.each(AUTHS)('with %s', (auth) => {
  const described = describeApi({ ...SETTINGS, auth, events: true });

  test('the document follows OpenAPI 3.1', () => {
    // The validator is an ES module, which Jest cannot load: it runs in a Node of its own.
    const program = `
      import { json } from 'node:stream/consumers';
      import { Validator } from '@seriousme/openapi-schema-validator';
      const validator = new Validator();
      const outcome = await validator.validate(await json(process.stdin));
      console.log(JSON.stringify({ ...outcome, version: validator.version }));`;
    const input = JSON.stringify(described);
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], { input });
    expect(JSON.parse(output.toString())).toEqual({ valid: true, version: '3.1' });
  });

  test('the same settings give the same document', () => {
    expect(JSON.stringify(describeApi({ ...SETTINGS, auth, events: true }))).toBe(JSON.stringify(described));
  });

  test('only a deployment with events has webhooks, one for each type', () => {
    expect(Object.keys(described.webhooks ?? {})).toEqual(EVENT_TYPES);
    const without = JSON.stringify(describeApi({ ...SETTINGS, auth }));
    expect(without).not.toMatch(/webhook|cloudevents/);
  });
});

test('authentication is that of the deployment, except for public paths', () => {
  const [iam, jwt, none] = AUTHS.map((auth) => describeApi({ ...SETTINGS, auth }) as unknown as Deep);
  expect(iam?.components?.securitySchemes).toMatchObject({
    iam: { type: 'apiKey', in: 'header', name: 'Authorization', 'x-amazon-apigateway-authtype': 'awsSigv4' },
  });
  expect(jwt?.components?.securitySchemes).toMatchObject({ jwt: { type: 'http', scheme: 'bearer' } });
  expect(none?.components).not.toHaveProperty('securitySchemes');
  expect([iam?.security, jwt?.security, none?.security]).toEqual([[{ iam: [] }], [{ jwt: [] }], undefined]);
  const open = Object.entries(iam?.paths ?? {}).filter(([, item]) => item.get?.security);
  expect(open.map(([path]) => path)).toEqual(['/', '/docs', '/status', '/openapi.json', '/health']);
});

test('operators authenticate otherwise than callers where the settings say so', () => {
  const mixed = describeApi({ ...SETTINGS, auth: 'none', operatorAuth: 'iam' }) as unknown as Deep;
  const paths = mixed.paths as Record<string, Record<string, { security?: unknown; responses?: object }>>;
  expect(Object.keys((mixed.components as unknown as { securitySchemes: object }).securitySchemes)).toEqual(['iam']);
  const operators = [
    paths['/count-cars/status']?.get,
    paths['/count-cars/report']?.get,
    paths['/count-cars/judge']?.get,
    paths['/count-cars/predictions/{id}/preference']?.put,
    paths['/count-cars/predictions/{id}/decision']?.put,
  ];
  for (const operation of operators) {
    expect(operation?.security).toEqual([{ iam: [] }]);
    expect(operation?.responses).toHaveProperty('403');
  }
  expect(paths['/count-cars']?.post?.security).toBeUndefined();
  expect(paths['/count-cars']?.post?.responses).not.toHaveProperty('403');
});

test('every link leads to an operation, with all parameters of its path', () => {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.values(item).map(({ operationId }) => [String(operationId), path] as const),
  );
  const links = [...nodes(document)].flatMap(([, node]) => Object.values((node as Deep).links ?? {}));
  expect(links.length).toBeGreaterThan(0);
  for (const { operationId, parameters } of links) {
    const path = new Map(operations).get(String(operationId));
    expect(path?.match(/(?<=\{)\w+(?=\})/g)).toEqual(Object.keys(parameters ?? {}));
  }
});

test('every endpoint has all paths, and each operation its own id', () => {
  const paths = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(paths).toEqual([
    ...SETTINGS.endpoints.flatMap(({ name }) => [
      `POST /${name}`,
      `POST /${name}/uploads`,
      `GET /${name}/predictions/{id}`,
      `PUT /${name}/predictions/{id}/decision`,
      `PUT /${name}/predictions/{id}/preference`,
      `GET /${name}/status`,
      `GET /${name}/report`,
      `GET /${name}/judge`,
      `POST /candidate/${name}`,
    ]),
    'GET /',
    'GET /docs',
    'GET /status',
    'GET /openapi.json',
    'GET /health',
    'GET /models',
  ]);
  const ids = [...nodes(document)].flatMap(([, node]) => (node as Deep).operationId ?? []);
  expect(new Set(ids).size).toBe(paths.length);
});

test('an upload ticket of predict requires the model in its query, that of a counter does not', () => {
  const paths = document.paths as unknown as Record<string, { post: { parameters: Deep[] } }>;
  const required = SETTINGS.endpoints.map(({ name, kind }) => {
    const parameters = paths[`/${name}/uploads`]?.post.parameters ?? [];
    return [kind, parameters.filter((each) => each.required).map((each) => each.name)];
  });
  expect(required).toContainEqual(['predict', ['model']]);
  expect(required).toContainEqual(['count', []]);
});

describe('examples', () => {
  const examples = [...nodes(document)].flatMap(([pointer, node]) => {
    const {
      schema,
      example,
      examples: named = {},
    } = node as { schema?: unknown; example?: unknown; examples?: object };
    if (!schema || !pointer.includes('/content/')) return [];
    const values = Object.values(named).map(({ $ref }: { $ref: string }) => $ref.split('/').at(-1) ?? '');
    const shown = values.map((name) => document.components?.examples?.[name]?.value);
    return [...(example === undefined ? [] : [example]), ...shown].map((value) => ({ pointer, value }));
  });

  test('exist for the answers of endpoints', () => {
    expect(examples.length).toBeGreaterThan(50);
  });

  test.each(examples)('$pointer', ({ pointer, value }) => {
    const validate = validator(`${pointer}/schema`);
    expect({ valid: validate(value), errors: validate.errors ?? [] }).toEqual({ valid: true, errors: [] });
  });
});

describe('schemas of the document accept what zod accepts', () => {
  const prediction = (document as unknown as { paths: Record<string, Deep> }).paths['/count-cars']?.post?.responses?.[
    '200'
  ]?.content?.['application/json']?.example;
  const ticket = {
    id: 'a',
    url: 'https://example.com/',
    fields: { key: 'uploads' },
    expires_at: '2026-11-02T22:13:51.000Z',
    max_bytes: 1,
    content_type: 'image/png',
    prediction: '/count-cars/predictions/a',
  };
  const cases: readonly [string, z.ZodType, unknown][] = [
    ['Prediction', predictionSchema, prediction],
    ['Problem', problemSchema, problemFor(new EmptyPictureError(), 'request-1')],
    ['UploadTicket', ticketSchema, ticket],
    ['Decision', decisionSchema, { count: 3, by: 'me', note: 'twice' }],
  ];
  const strange = fc.constantFrom<unknown>(null, '', 'text', -1, 0, 0.5, 2, 1e9, true, [], {}, [1], { a: 1 });

  test.each(cases)('%s', (name, schema, valid) => {
    const validate = validator(`#/components/schemas/${name}`);
    expect([schema.safeParse(valid).success, validate(valid)]).toEqual([true, true]);
    const pointers = [...paths(valid)];
    fc.assert(
      fc.property(fc.constantFrom(...pointers), fc.option(strange, { nil: undefined }), (path, value) => {
        const changed = replaced(valid, path, value);
        expect({ changed, accepted: validate(changed) }).toEqual({
          changed,
          accepted: schema.safeParse(changed).success,
        });
      }),
      { numRuns: 300 },
    );
  });
});

/** Paths of all values within a value. */
function* paths(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) yield* paths(child, [...path, key]);
}

/** A copy with another value at `path`; `undefined` removes it. */
function replaced(whole: unknown, path: readonly string[], value: unknown): unknown {
  const copy = structuredClone(whole) as Record<string, unknown>;
  const last = path.at(-1) ?? '';
  const parent = path.slice(0, -1).reduce((node, key) => node[key] as Record<string, unknown>, copy);
  if (value !== undefined) parent[last] = value;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return copy;
}

describe('options', () => {
  const operation = (document as unknown as { paths: Record<string, Deep> }).paths['/count-cars']?.post;
  const body = operation?.requestBody?.content?.['application/json']?.schema as unknown as { properties: object };

  test('all are documented, as query and in the body', () => {
    expect(Object.keys(body.properties).toSorted()).toEqual(['image', ...OPTION_NAMES].toSorted());
    const parameters = operation?.parameters as unknown as { name?: string; $ref?: string }[];
    const names = parameters.map(({ name, $ref }) => name ?? $ref?.split('/').at(-1));
    expect(names).toEqual(expect.arrayContaining([...OPTION_NAMES]));
  });

  test('their ranges are those that the function validates', () => {
    const validate = validator('#/paths/~1count-cars/post/requestBody/content/application~1json/schema');
    const option = fc.constantFrom('confidence', 'iou', 'max_side', 'decision');
    const number = fc.oneof(
      fc.constantFrom(-1, 0, 0.5, 1, 1.5, 15, 16, 4096, 4097, 1_000_000, 1_000_001),
      fc.double({ min: -10, max: 1e7, noNaN: true }),
      fc.integer({ min: -10, max: 2_000_000 }),
    );
    fc.assert(
      fc.property(option, number, (name, value) => {
        expect({ name, value, valid: validate({ image: 'aGk=', [name]: value }) }).toEqual({
          name,
          value,
          valid: isAccepted(name, value),
        });
      }),
      { numRuns: 500 },
    );
  });

  function isAccepted(name: string, value: number): boolean {
    try {
      parseOptions(new Map([[name, [String(value)]]]));
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidOptionsError);
      return false;
    }
  }
});
