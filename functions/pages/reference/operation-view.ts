import type { Credentials } from '../common/api.ts';
import type { CurlContext } from '../common/curl.ts';
import { element, jsonView } from '../common/element.ts';
import {
  type Answer,
  type ApiDescription,
  type Example,
  type Parameter,
  type RoutedOperation,
  resolve,
} from './openapi-types.ts';
import { operationAuth, operationLines } from './operation-curl.ts';
import { operationForm } from './operation-try.ts';
import { prose, schemaView, table, typeWords } from './schema-view.ts';

/** The document, and how its operations are called. */
export interface ReferenceContext {
  readonly description: ApiDescription;
  readonly context: CurlContext;
  readonly credentials: Credentials;
}

/** One operation: parameters, body, answers, curl commands, and a form to try it. */
export function operationView(
  routed: RoutedOperation,
  { description, context, credentials }: ReferenceContext,
): HTMLElement {
  const { operation } = routed;
  const lines = element('pre', { tabindex: '0', 'aria-label': 'curl' }, operationLines(routed, context));
  const isRefused = operationAuth(operation, context) === 'iam' && !context.canSign;
  return element(
    'div',
    { class: 'operation-body' },
    operation.description && element('p', {}, prose(operation.description)),
    parametersView(routed, description),
    bodyView(routed),
    answersView(routed, description),
    element('h4', {}, 'curl'),
    lines,
    !isRefused && operationForm(routed, description, credentials),
  );
}

function parametersView({ operation }: RoutedOperation, description: ApiDescription): HTMLElement | undefined {
  const parameters = (operation.parameters ?? []).map((each) => resolve<Parameter>(each, description));
  if (parameters.length === 0) return undefined;
  const rows = parameters.map(({ name, in: location, required, description: meaning = '', schema }) => ({
    name,
    notes: [`${location}, `, ...(required ? ['required, '] : []), ...typeWords(schema)],
    meaning,
  }));
  return element('div', {}, element('h4', {}, 'Parameters'), table('Parameter', rows));
}

function bodyView({ operation: { requestBody } }: RoutedOperation): HTMLElement | undefined {
  if (!requestBody) return undefined;
  const formats = Object.entries(requestBody.content).map(([type, { schema }]) =>
    element('details', {}, element('summary', {}, element('code', {}, type)), schema ? schemaView(schema) : ''),
  );
  return element(
    'div',
    {},
    element('h4', {}, 'Body'),
    element('p', {}, prose(requestBody.description ?? '')),
    ...formats,
  );
}

function answersView({ operation: { responses } }: RoutedOperation, description: ApiDescription): HTMLElement {
  const shown = Object.entries(responses).map(([status, answer]) => {
    const heading = element('summary', {}, element('span', { class: 'method' }, status), prose(answer.description));
    return element('details', {}, heading, ...contentView(answer, description));
  });
  return element('div', {}, element('h4', {}, 'Responses'), ...shown);
}

function contentView({ content = {} }: Answer, description: ApiDescription): HTMLElement[] {
  return Object.entries(content).flatMap(([type, { schema, example, examples = {} }]) => {
    const shape = element('p', {}, element('code', {}, type), ' ', ...(schema ? typeWords(schema) : []));
    const named = Object.values(examples).map((each) => jsonView(resolve<Example>(each, description).value, 'Example'));
    return [shape, ...(example === undefined ? [] : [jsonView(example, 'Example')]), ...named];
  });
}
