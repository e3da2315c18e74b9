import type { PageSettings } from '../common/page-settings.ts';
import type { Picture } from '../common/picture.ts';
import { pathOf, type Question } from './question.ts';

/** Goes on in the next line. */
const LINE = ' \\\n  ';

/** What a curl line is made for. */
export interface CurlContext {
  readonly origin: string;
  readonly auth: PageSettings['auth'];
  readonly maxBodyBytes: number;
}

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

function signed(origin: string): string {
  const region = /\.execute-api\.([a-z0-9-]+)\./.exec(origin)?.[1] ?? '$AWS_REGION';
  return [
    `--aws-sigv4 "aws:amz:${region}:execute-api"`,
    '--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"',
    '-H "x-amz-security-token: $AWS_SESSION_TOKEN"',
  ].join(LINE);
}

/** How curl says who asks. */
export function credentialWords({ origin, auth }: CurlContext): string {
  return auth === 'iam' ? signed(origin) : bearer(auth);
}

function bearer(auth: PageSettings['auth']): string {
  return auth === 'jwt' ? '-H "Authorization: Bearer $TOKEN"' : '';
}

/** A word for the shell, in single quotes where it needs them. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** curl itself reads `;` and `,` in the name of a form's file, unless it stands in double quotes. */
function formFile(name: string): string {
  return quote(/[;,"\\]/.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : name);
}
