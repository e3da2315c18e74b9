import type { Credentials } from '../common/api.ts';
import type { CurlContext } from '../common/curl.ts';
import { byId, element, jsonView } from '../common/element.ts';
import { type ApiDescription, operationsOf, type RoutedOperation } from './openapi-types.ts';
import { operationView } from './operation-view.ts';
import { schemaView } from './schema-view.ts';

/** Fetches the description of the API and shows it. Opens the part that the URL fragment names. */
export async function openReference(context: CurlContext, credentials: Credentials): Promise<void> {
  const container = byId('operations', HTMLElement);
  const response = await fetch('/openapi.json');
  if (!response.ok) {
    container.replaceChildren(element('p', {}, `The API description could not be loaded (status ${response.status}).`));
    return;
  }
  const description: ApiDescription = await response.json();
  const operations = operationsOf(description);
  const groups = description.tags.map(({ name, description: text }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name));
    const shown = own.map((each) =>
      operationDetails(each, () => operationView(each, { description, context, credentials })),
    );
    return element('section', {}, element('h3', {}, name), element('p', { class: 'fine' }, text), ...shown);
  });
  container.replaceChildren(...groups, problems(description), schemas(description));
  openNamed();
  addEventListener('hashchange', openNamed);
}

/** Created when opened, because most operations stay closed. */
function operationDetails({ method, path, operation }: RoutedOperation, create: () => HTMLElement): HTMLElement {
  const badge = element('span', { class: `method ${method.toLowerCase()}` }, method);
  const summary = element('span', { class: 'fine' }, operation.summary);
  const details = element('details', { class: 'operation', id: operation.operationId });
  details.append(element('summary', {}, badge, element('code', {}, path), summary));
  details.addEventListener('toggle', () => details.append(create()), { once: true });
  return details;
}

function problems({ components }: ApiDescription): HTMLElement {
  const shown = Object.entries(components.examples).map(([type, { summary, value }]) => {
    const { status } = value as { status: number };
    const heading = element(
      'summary',
      {},
      element('span', { class: 'method' }, `${status}`),
      element('code', {}, type),
      element('span', { class: 'fine' }, summary ?? ''),
    );
    return element('details', { class: 'operation', id: type }, heading, jsonView(value));
  });
  const text = 'Errors are problem documents: application/problem+json (RFC 9457).';
  return element('section', {}, element('h3', {}, 'Problems'), element('p', { class: 'fine' }, text), ...shown);
}

function schemas({ components }: ApiDescription): HTMLElement {
  const shown = Object.entries(components.schemas).map(([name, schema]) => {
    const heading = element(
      'summary',
      {},
      element('code', {}, name),
      element('span', { class: 'fine' }, schema.description ?? ''),
    );
    return element(
      'details',
      { class: 'operation', id: `schema-${name}` },
      heading,
      element('div', {}, schemaView(schema)),
    );
  });
  return element('section', {}, element('h3', {}, 'Schemas'), ...shown);
}

function openNamed(): void {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!(target instanceof HTMLDetailsElement)) return;
  target.open = true;
  target.scrollIntoView();
}
