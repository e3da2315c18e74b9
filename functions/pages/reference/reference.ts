import type { Credentials } from '../common/api.ts';
import type { CurlContext } from '../common/curl.ts';
import { byId, element, jsonView } from '../common/element.ts';
import { type ApiDescription, operationsOf, type PlacedOperation } from './openapi-types.ts';
import { operationView } from './operation-view.ts';
import { schemaView } from './schema-view.ts';

/** Fetches the description of the API and shows it; opens the part that the address names. */
export async function openReference(context: CurlContext, credentials: Credentials): Promise<void> {
  const place = byId('operations', HTMLElement);
  const response = await fetch('/openapi.json');
  if (!response.ok) {
    place.replaceChildren(element('p', {}, `The description could not be fetched (${response.status}).`));
    return;
  }
  const description: ApiDescription = await response.json();
  const operations = operationsOf(description);
  const groups = description.tags.map(({ name, description: words }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name));
    const shown = own.map((each) =>
      operationDetails(each, () => operationView(each, { description, context, credentials })),
    );
    return element('section', {}, element('h3', {}, name), element('p', { class: 'fine' }, words), ...shown);
  });
  place.replaceChildren(...groups, problems(description), schemas(description));
  openNamed();
  addEventListener('hashchange', openNamed);
}

/** Made when it is opened, since most are not. */
function operationDetails({ method, path, operation }: PlacedOperation, make: () => HTMLElement): HTMLElement {
  const badge = element('span', { class: `method ${method.toLowerCase()}` }, method);
  const words = element('span', { class: 'fine' }, operation.summary);
  const details = element('details', { class: 'operation', id: operation.operationId });
  details.append(element('summary', {}, badge, element('code', {}, path), words));
  details.addEventListener('toggle', () => details.append(make()), { once: true });
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
  const words = 'Every refusal is one of these, as application/problem+json (RFC 9457).';
  return element('section', {}, element('h3', {}, 'Problems'), element('p', { class: 'fine' }, words), ...shown);
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
  return element('section', {}, element('h3', {}, 'Shapes'), ...shown);
}

function openNamed(): void {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!(target instanceof HTMLDetailsElement)) return;
  target.open = true;
  target.scrollIntoView();
}
