import { type CurlContext, credentialArguments, LINE, quote } from '../common/curl.ts';
import type { Picture } from '../common/picture.ts';
import { type PredictionRequest, pathOf } from '../common/prediction-request.ts';

/** Shell commands that send the same request. Secrets are variables of the shell. */
export function curlLines(request: PredictionRequest, picture: Picture | undefined, context: CurlContext): string {
  const { origin } = context;
  const file = picture?.file.name ?? 'photo.jpg';
  if (picture && picture.file.size > context.maxBodyBytes) return uploadLines(request, picture, context);
  const fetched = picture?.sample ? `curl -sO ${origin}/docs/samples/${picture.sample}.jpg\n` : '';
  return `${fetched}${oneLine(request, file, picture?.type ?? 'image/jpeg', context)}`;
}

function oneLine(request: PredictionRequest, file: string, type: string, context: CurlContext): string {
  const url = quote(`${context.origin}${pathOf(request)}`);
  const accept = request.kind === 'predict' ? "-H 'Accept: application/json'" : '';
  // Because curl cannot sign a form: the signature needs the hash of the body.
  const picture =
    context.auth === 'iam' ? `-H 'Content-Type: ${type}' --data-binary @${quote(file)}` : `-F file=@${formFile(file)}`;
  return `curl ${[credentialArguments(context), accept, picture, url].filter(Boolean).join(LINE)}`;
}

function uploadLines(request: PredictionRequest, { type, file }: Picture, context: CurlContext): string {
  const { origin } = context;
  const query = new URLSearchParams({ content_type: type, ...request.options });
  const curl = ['curl -s', credentialArguments(context)].filter(Boolean).join(' ');
  return [
    '# Too large for one request: open an upload, post the picture, get the result (jq reads the JSON).',
    `ticket=$(${curl} -X POST ${quote(`${origin}/${request.endpoint}/uploads?${query}`)})`,
    [
      `curl $(jq -r '.fields | to_entries[] | "-F \\(.key)=\\(.value)"' <<<"$ticket")`,
      `-F file=@${formFile(file.name)} "$(jq -r .url <<<"$ticket")"`,
    ].join(' '),
    `${curl} "${origin}$(jq -r .prediction <<<"$ticket")"`,
  ].join('\n');
}

/** In double quotes where needed, because curl interprets `;` and `,` in the file name of a form. */
function formFile(name: string): string {
  return quote(/[;,"\\]/.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : name);
}
