import { type CurlContext, credentialWords, LINE, quote } from '../common/curl.ts';
import type { Picture } from '../common/picture.ts';
import { pathOf, type Question } from '../common/question.ts';

/** Shell lines that ask the same question. Secrets stand as variables of the shell. */
export function curlLines(question: Question, picture: Picture | undefined, context: CurlContext): string {
  const { origin } = context;
  const file = picture?.file.name ?? 'photo.jpg';
  if (picture && picture.file.size > context.maxBodyBytes) return uploadLines(question, picture, context);
  const fetched = picture?.sample ? `curl -sO ${origin}/docs/samples/${picture.sample}.jpg\n` : '';
  return `${fetched}${oneLine(question, file, picture?.type ?? 'image/jpeg', context)}`;
}

function oneLine(question: Question, file: string, type: string, context: CurlContext): string {
  const url = quote(`${context.origin}${pathOf(question)}`);
  const accept = question.kind === 'predict' ? "-H 'Accept: application/json'" : '';
  // A form cannot be signed by curl, whose signature needs the body's hash: the bytes alone can.
  const picture =
    context.auth === 'iam' ? `-H 'Content-Type: ${type}' --data-binary @${quote(file)}` : `-F file=@${formFile(file)}`;
  return `curl ${[credentialWords(context), accept, picture, url].filter(Boolean).join(LINE)}`;
}

function uploadLines(question: Question, { type, file }: Picture, context: CurlContext): string {
  const { origin } = context;
  const query = new URLSearchParams({ content_type: type, ...question.options });
  const ask = ['curl -s', credentialWords(context)].filter(Boolean).join(' ');
  return [
    '# Too big for one request: get a ticket, post the picture, ask for the result (jq reads the ticket).',
    `ticket=$(${ask} -X POST ${quote(`${origin}/${question.endpoint}/uploads?${query}`)})`,
    `curl $(jq -r '.fields | to_entries[] | "-F \\(.key)=\\(.value)"' <<<"$ticket") -F file=@${formFile(file.name)} "$(jq -r .url <<<"$ticket")"`,
    `${ask} "${origin}$(jq -r .prediction <<<"$ticket")"`,
  ].join('\n');
}

/** curl itself reads `;` and `,` in the name of a form's file, unless it stands in double quotes. */
function formFile(name: string): string {
  return quote(/[;,"\\]/.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : name);
}
