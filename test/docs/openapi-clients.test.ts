/** What client generators rely on: they read one JSON content type of each status, the first. */

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describeApi } from '../../functions/docs/openapi/document.ts';
import { SETTINGS } from './docs-function.ts';

type Content = Readonly<Record<string, { readonly schema: object; readonly examples?: Record<string, Reference> }>>;
type Reference = { readonly $ref: string };
type Responses = Readonly<Record<string, { readonly content?: Content }>>;

const document = describeApi({ ...SETTINGS, auth: 'iam' });
const operations = Object.values(document.paths ?? {}).flatMap((item) =>
  Object.values(item as Record<string, { operationId: string; responses: Responses }>),
);
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
ajv.addSchema(document, 'api');

/** The schema that a generated client parses every body of this status with. */
function accepts(content: Content, body: unknown): boolean {
  const [first] = Object.values(content);
  const schema = JSON.parse(JSON.stringify(first?.schema).replaceAll('"#/', '"api#/'));
  return ajv.validate(schema, body);
}

const errors = operations.flatMap(({ operationId, responses }) =>
  Object.entries(responses).flatMap(([status, { content }]) =>
    Number(status) >= 400 && content ? [[`${operationId} ${status}`, content] as const] : [],
  ),
);

test("a client parses API Gateway's own answer to every operation", () => {
  const own = errors.filter(([, content]) => content['application/json']);
  expect(own.filter(([, content]) => !accepts(content, { message: 'Not Found' })).map(([name]) => name)).toEqual([]);
  for (const { operationId, responses } of operations) {
    const statuses = Object.keys(responses).filter((status) => responses[status]?.content?.['application/json']);
    expect({ operationId, statuses }).toEqual({
      operationId,
      statuses: expect.arrayContaining(['404', '429', '500', '503']),
    });
  }
});

test('a client parses every problem of an operation', () => {
  const { examples } = document.components as { examples: Record<string, { value: unknown }> };
  const unread = errors.flatMap(([name, content]) =>
    Object.values(content['application/problem+json']?.examples ?? {})
      .map(({ $ref }) => $ref.split('/').at(-1) ?? '')
      .filter((type) => !accepts(content, examples[type]?.value))
      .map((type) => `${name} ${type}`),
  );
  expect(unread).toEqual([]);
});

test('a body without a message or a problem is not an error of this API', () => {
  expect(errors.filter(([, content]) => accepts(content, {})).map(([name]) => name)).toEqual([]);
});
