import { describeApi } from '../../functions/docs/openapi/document.ts';
import {
  type ApiDescription,
  operationsOf,
  type Parameter,
  REQUIRED_HERE_OR_IN_BODY,
} from '../../functions/pages/reference/openapi-types.ts';
import { operationLines } from '../../functions/pages/reference/operation-curl.ts';
import { SETTINGS } from '../docs/docs-function.ts';

const origin = 'https://api.example';
const context = { origin, auth: 'none', maxBodyBytes: 1000 } as const;
const operations = operationsOf(describeApi(SETTINGS) as unknown as ApiDescription);

function operation(id: string) {
  const found = operations.find((each) => each.operation.operationId === id);
  if (!found) throw new Error(`Expected an operation ${id}`);
  return found;
}

/** The same operation with other properties in each of its query parameters. */
function withParameters(id: string, change: (parameter: Parameter) => object) {
  const found = operation(id);
  const parameters = found.operation.parameters?.map((each) => ('$ref' in each ? each : (change(each) as Parameter)));
  return { ...found, operation: { ...found.operation, ...(parameters && { parameters }) } };
}

test('a query parameter that is required here or in the body stands in the URL', () => {
  const lines = operationLines(operation('postPredict'), context).split('\n');
  expect(lines).toEqual([
    '# form',
    `curl -F file=@photo.jpg '${origin}/predict?model=counter-nano'`,
    '# bytes',
    `curl -H 'Content-Type: image/jpeg' --data-binary @photo.jpg '${origin}/predict?model=counter-nano'`,
    '# JSON',
    "jq -Rs '{image: .}' <(base64 -w0 photo.jpg) | " +
      `curl -H 'Content-Type: application/json' --data-binary @- '${origin}/predict?model=counter-nano'`,
  ]);
});

test('an optional one does not', () => {
  expect(operationLines(operation('postCountCars'), context)).toContain(`curl -F file=@photo.jpg ${origin}/count-cars`);
  expect(operationLines(operation('postCountCars'), context)).not.toContain('model=');
});

test('the extension alone decides, not the description', () => {
  const undescribed = withParameters('postPredict', ({ description: _, ...rest }) => rest);
  expect(operationLines(undescribed, context)).toContain('?model=counter-nano');
  const unmarked = withParameters('postPredict', ({ [REQUIRED_HERE_OR_IN_BODY]: _, ...rest }) => rest);
  expect(operationLines(unmarked, context)).not.toContain('model=');
});

test('with IAM there is no form, because curl cannot sign one; what is open to all is not signed', () => {
  const iam = { ...context, auth: 'iam' } as const;
  const lines = operationLines(operation('postCountCars'), iam);
  expect(lines).not.toContain('-F ');
  expect(lines.match(/--aws-sigv4/g)).toHaveLength(2);
  expect(operationLines(operation('getHealth'), iam)).toBe(`curl ${origin}/health`);
});

test('operators sign where callers need not', () => {
  const decision = operation('putCountCarsDecision');
  const ofOperators = { ...decision, operation: { ...decision.operation, security: [{ iam: [] }] } };
  expect(operationLines(ofOperators, { ...context, operatorAuth: 'iam' })).toContain('--aws-sigv4');
  expect(operationLines(operation('getCountCarsPrediction'), { ...context, operatorAuth: 'iam' })).not.toContain(
    'sigv4',
  );
});

test('a JSON body is the example of the document', () => {
  const line = operationLines(operation('putCountCarsDecision'), context);
  expect(line).toContain(`-X PUT -H 'Content-Type: application/json' -d '{"count":3,"by":"night shift"}'`);
  expect(line).toContain(`'${origin}/count-cars/predictions/{id}/decision'`);
});
