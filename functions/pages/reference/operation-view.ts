import type { Credentials } from '../common/api.ts';
import type { CurlContext } from '../common/curl.ts';
import { element, jsonView } from '../common/element.ts';
import {
  type Answer,
  type ApiDescription,
  type Example,
  type Parameter,
  type PlacedOperation,
  resolve,
} from './openapi-types.ts';
import { operationLines } from './operation-curl.ts';
import { operationForm } from './operation-try.ts';
import { prose, schemaView, table, typeWords } from './schema-view.ts';

/** What an operation is shown with. */
export interface ReferenceContext {
  readonly description: ApiDescription;
  readonly context: CurlContext;
  readonly credentials: Credentials;
}

/** Everything about one operation: what it takes, what it answers, its curl lines, and a form to try it. */
export function operationView(
  placed: PlacedOperation,
  { description, context, credentials }: ReferenceContext,
): HTMLElement {
  const { operation } = placed;
  const lines = element('pre', { tabindex: '0', 'aria-label': 'curl' }, operationLines(placed, context));
  const signed = context.auth === 'iam' && operation.security?.length !== 0;
  return element(
    'div',
    { class: 'operation-body' },
    operation.description && element('p', {}, prose(operation.description)),
    parametersView(placed, description),
    bodyView(placed),
    answersView(placed, description),
    element('h4', {}, 'curl'),
    lines,
    !signed && operationForm(placed, description, credentials),
  );
}

function parametersView({ operation }: PlacedOperation, description: ApiDescription): HTMLElement | undefined {
  const parameters = (operation.parameters ?? []).map((each) => resolve<Parameter>(each, description));
  if (parameters.length === 0) return undefined;
  const rows = parameters.map(({ name, in: place, required, description: words = '', schema }) => ({
    name,
    notes: [`${place}, `, ...(required ? ['required, '] : []), ...typeWords(schema)],
    meaning: words,
  }));
  return element('div', {}, element('h4', {}, 'Parameters'), table('Parameter', rows));
}

function bodyView({ operation: { requestBody } }: PlacedOperation): HTMLElement | undefined {
  if (!requestBody) return undefined;
  const doors = Object.entries(requestBody.content).map(([type, { schema }]) =>
    element('details', {}, element('summary', {}, element('code', {}, type)), schema ? schemaView(schema) : ''),
  );
  return element(
    'div',
    {},
    element('h4', {}, 'Body'),
    element('p', {}, prose(requestBody.description ?? '')),
    ...doors,
  );
}

function answersView({ operation: { responses } }: PlacedOperation, description: ApiDescription): HTMLElement {
  const shown = Object.entries(responses).map(([status, answer]) => {
    const heading = element('summary', {}, element('span', { class: 'method' }, status), prose(answer.description));
    return element('details', {}, heading, ...contentView(answer, description));
  });
  return element('div', {}, element('h4', {}, 'Answers'), ...shown);
}

function contentView({ content = {} }: Answer, description: ApiDescription): HTMLElement[] {
  return Object.entries(content).flatMap(([type, { schema, example, examples = {} }]) => {
    const shape = element('p', {}, element('code', {}, type), ' ', ...(schema ? typeWords(schema) : []));
    const named = Object.values(examples).map((each) => jsonView(resolve<Example>(each, description).value, 'Example'));
    return [shape, ...(example === undefined ? [] : [jsonView(example, 'Example')]), ...named];
  });
}
