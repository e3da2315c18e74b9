import type { Credentials } from '../common/api.ts';
import { element, jsonView } from '../common/element.ts';
import { type ApiDescription, type Parameter, type RoutedOperation, resolve } from './openapi-types.ts';

/** A form that sends the operation and shows the whole answer. */
export function operationForm(
  { method, path, operation }: RoutedOperation,
  description: ApiDescription,
  credentials: Credentials,
): HTMLElement {
  const parameters = (operation.parameters ?? []).map((each) => resolve<Parameter>(each, description));
  const fields = parameters
    .filter((each) => each.in !== 'header')
    .map((each) => parameterField(each, operation.operationId));
  const body = bodyField(operation, operation.operationId);
  const accept = acceptField(operation);
  const send = element('button', { class: 'button' }, 'Send');
  const answer = element('div', { role: 'status', class: 'answer' });
  const all = [...fields.map((field) => field.label), accept?.label, body?.label];
  const form = element('form', { class: 'fields' }, ...all, send);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send.disabled = true;
    const headers = { ...credentials(), ...(accept && { accept: accept.value() }), ...body?.headers };
    fetch(fill(path, fields), { method, headers, ...(body && { body: body.value() }) })
      .then(answerView)
      .then((shown) => answer.replaceChildren(...shown))
      .catch((error: unknown) => answer.replaceChildren(element('p', {}, String(error))))
      .finally(() => {
        send.disabled = false;
      });
  });
  return element('div', {}, element('h4', {}, 'Try it'), form, answer);
}

interface Field {
  readonly name: string;
  readonly location: Parameter['in'];
  readonly label: HTMLElement;
  readonly value: () => string;
}

function parameterField({ name, in: location, required, schema, example }: Parameter, operationId: string): Field {
  const id = `${operationId}-${name}`;
  const choices = 'enum' in schema ? schema.enum?.map(String) : undefined;
  const input = choices
    ? element('select', { id }, ...[...(required ? [] : ['']), ...choices].map((each) => element('option', {}, each)))
    : element('input', { id, ...(required && { required: '' }), placeholder: String(example ?? '') });
  const label = element('label', { for: id, class: location === 'path' ? 'wide' : '' }, `${name} `, input);
  return { name, location, label, value: () => input.value.trim() };
}

function acceptField({ operationId, responses }: RoutedOperation['operation']) {
  const types = Object.keys(responses['200']?.content ?? {});
  if (types.length < 2) return undefined;
  const input = element('select', { id: `${operationId}-accept` }, ...types.map((each) => element('option', {}, each)));
  return { label: element('label', { for: input.id }, 'Accept ', input), value: () => input.value };
}

function bodyField({ requestBody }: RoutedOperation['operation'], operationId: string) {
  if (!requestBody) return undefined;
  const id = `${operationId}-body`;
  if ('multipart/form-data' in requestBody.content) {
    const input = element('input', {
      type: 'file',
      id,
      required: '',
      accept: 'image/jpeg,image/png,image/webp,image/avif',
    });
    const value = () => {
      const form = new FormData();
      for (const file of input.files ?? []) form.append('file', file);
      return form;
    };
    return { label: element('label', { for: id, class: 'wide' }, 'file ', input), headers: {}, value };
  }
  const input = element('textarea', { id, rows: '3', spellcheck: 'false' });
  input.value = JSON.stringify(requestBody.content['application/json']?.example ?? {}, null, 2);
  const headers = { 'content-type': 'application/json' };
  return { label: element('label', { for: id, class: 'wide' }, 'Body ', input), headers, value: () => input.value };
}

function fill(path: string, fields: readonly Field[]): string {
  const query = new URLSearchParams();
  let filled = path;
  for (const { name, location, value } of fields) {
    if (location === 'path') filled = filled.replace(`{${name}}`, encodeURIComponent(value()));
    else if (value() !== '') query.append(name, value());
  }
  return query.size === 0 ? filled : `${filled}?${query}`;
}

async function answerView(response: Response): Promise<HTMLElement[]> {
  const type = response.headers.get('content-type') ?? '';
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  const status = element('p', {}, element('b', {}, `${response.status} ${response.statusText}`), ` ${type}`);
  const shownHeaders = element('pre', { tabindex: '0', 'aria-label': 'Headers' }, headers);
  const head = element('details', {}, element('summary', {}, 'Headers'), shownHeaders);
  return [status, await bodyView(response, type), head];
}

async function bodyView(response: Response, type: string): Promise<HTMLElement> {
  if (type.startsWith('image/')) {
    const picture = element('img', { alt: 'Annotated picture', class: 'answered' });
    picture.src = URL.createObjectURL(await response.blob());
    return picture;
  }
  const text = await response.text();
  if (type.includes('json')) return jsonView(JSON.parse(text), 'Body');
  return element('pre', { tabindex: '0', 'aria-label': 'Body' }, text);
}
