import { type CurlContext, credentialWords, quote } from '../common/curl.ts';
import { type PlacedOperation, REQUIRED_HERE_OR_IN_BODY } from './openapi-types.ts';

/** curl lines of an operation, one for each door of a picture. Parameters stand as they are named. */
export function operationLines({ method, path, operation }: PlacedOperation, context: CurlContext): string {
  const open = operation.security?.length === 0;
  const credentials = open ? '' : credentialWords(context);
  const url = quote(`${context.origin}${path}${requiredQuery({ method, path, operation })}`);
  const line = (...words: string[]) => ['curl', credentials, ...words, url].filter(Boolean).join(' ');
  const content = operation.requestBody?.content ?? {};
  if ('multipart/form-data' in content) {
    return [
      // A form cannot be signed by curl.
      ...(context.auth === 'iam' ? [] : ['# a form', line('-F file=@photo.jpg')]),
      '# the bytes',
      line("-H 'Content-Type: image/jpeg' --data-binary @photo.jpg"),
      '# JSON',
      line("-H 'Content-Type: application/json' --data-binary @-").replace(
        /^/,
        `jq -Rs '{image: .}' <(base64 -w0 photo.jpg) | `,
      ),
    ].join('\n');
  }
  const json = content['application/json'];
  const body = json ? [`-H 'Content-Type: application/json' -d '${JSON.stringify(json.example ?? {})}'`] : [];
  return line(...(method === 'GET' ? [] : [`-X ${method}`]), ...body);
}

function requiredQuery({ operation }: PlacedOperation): string {
  const words = (operation.parameters ?? []).flatMap((parameter) => {
    if ('$ref' in parameter || parameter.in !== 'query' || !parameter[REQUIRED_HERE_OR_IN_BODY]) return [];
    const [value] = ('enum' in parameter.schema && parameter.schema.enum) || [];
    return [`${parameter.name}=${String(value)}`];
  });
  return words.length === 0 ? '' : `?${words.join('&')}`;
}
