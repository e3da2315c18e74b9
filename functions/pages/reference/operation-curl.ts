import { type CurlContext, credentialArguments, quote } from '../common/curl.ts';
import { REQUIRED_HERE_OR_IN_BODY, type RoutedOperation } from './openapi-types.ts';

/** curl commands of an operation, one for each request format of a picture. Path parameters keep their names. */
export function operationLines({ method, path, operation }: RoutedOperation, context: CurlContext): string {
  const auth = operationAuth(operation, context);
  const credentials = credentialArguments({ ...context, auth });
  const url = quote(`${context.origin}${path}${requiredQuery({ method, path, operation })}`);
  const line = (...options: string[]) => ['curl', credentials, ...options, url].filter(Boolean).join(' ');
  const content = operation.requestBody?.content ?? {};
  if ('multipart/form-data' in content) {
    return [
      // Because curl cannot sign a form.
      ...(auth === 'iam' ? [] : ['# form', line('-F file=@photo.jpg')]),
      '# bytes',
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

/** The authentication of an operation: only public ones and those of operators have a security of their own. */
export function operationAuth(
  { security }: RoutedOperation['operation'],
  { auth, operatorAuth = auth }: CurlContext,
): CurlContext['auth'] {
  if (!security) return auth;
  return security.length === 0 ? 'none' : operatorAuth;
}

function requiredQuery({ operation }: RoutedOperation): string {
  const options = (operation.parameters ?? []).flatMap((parameter) => {
    if ('$ref' in parameter || parameter.in !== 'query' || !parameter[REQUIRED_HERE_OR_IN_BODY]) return [];
    const [value] = ('enum' in parameter.schema && parameter.schema.enum) || [];
    return [`${parameter.name}=${String(value)}`];
  });
  return options.length === 0 ? '' : `?${options.join('&')}`;
}
