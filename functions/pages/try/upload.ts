import type { UploadTicket } from '../../api/schemas.ts';
import { type Answer, type Api, ProblemError } from '../common/api.ts';
import { type Picture, size } from '../common/picture.ts';
import type { Question } from '../common/question.ts';

/** How far an upload is: a share of the bytes sent, or waiting for the result. */
export type UploadProgress = { readonly sent: number } | 'waiting';

/** How long to wait for the result of an upload, milliseconds. */
const PATIENCE = 180_000;

/**
 * Sends a picture that is too big for a request: gets a ticket, posts to the bucket, and asks until the result is there.
 * @throws ProblemError; DOMException (AbortError) when `signal` says so
 */
export async function predictUpload(
  api: Api,
  question: Question,
  picture: Picture,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: UploadProgress) => void },
): Promise<Answer> {
  if (question.alias !== 'live') throw notForCandidate(picture);
  const ticket = await api.openUpload(question, picture, signal);
  if (picture.file.size > ticket.max_bytes) throw tooBig(picture, ticket);
  await post(ticket, picture.file, signal, (sent) => onProgress({ sent }));
  onProgress('waiting');
  return await poll(api, ticket, signal);
}

async function poll(api: Api, { prediction }: UploadTicket, signal: AbortSignal): Promise<Answer> {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    const result = await api.result(prediction, signal);
    if (!('again' in result)) return result;
    await pause(result.again, signal);
  }
  throw new ProblemError({ title: 'No result yet', detail: `It will be at ${prediction} when it is there.` });
}

/** XMLHttpRequest, since `fetch` does not tell how much has been sent. */
function post({ url, fields }: UploadTicket, file: File, signal: AbortSignal, onSent: (share: number) => void) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  // S3 ignores what comes after the file.
  body.append('file', file);
  return new Promise<void>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.upload.onprogress = ({ loaded, total }) => onSent(total === 0 ? 0 : loaded / total);
    request.onload = () => (request.status < 300 ? resolve() : reject(refused(request)));
    request.onerror = () => reject(refused(request));
    request.onabort = () => reject(new DOMException('The upload was given up', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.send(body);
  });
}

/** S3 says why in XML. */
function refused({ status, responseText }: XMLHttpRequest): ProblemError {
  if (status === 0) {
    const detail = 'The bucket did not answer, or does not allow uploads from this page (CORS).';
    return new ProblemError({ title: 'The upload failed', detail });
  }
  const words = /<Message>([^<]*)<\/Message>/.exec(responseText)?.[1];
  return new ProblemError({
    status,
    title: 'The upload was refused',
    detail: words ?? `The bucket answered ${status}.`,
  });
}

function notForCandidate({ file }: Picture): ProblemError {
  const detail = `“${file.name}” has ${size(file.size)}: it must be uploaded, and uploads are answered by the live version.`;
  return new ProblemError({ title: 'Too big for the candidate’s own address', detail });
}

function tooBig({ file }: Picture, { max_bytes }: UploadTicket): ProblemError {
  return new ProblemError({
    status: 413,
    title: 'The picture is too big',
    detail: `“${file.name}” has ${size(file.size)}; this endpoint takes at most ${size(max_bytes)}.`,
  });
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
