import type { UploadTicket } from '../../api/schemas.ts';
import { type Answer, type Api, ProblemError } from '../common/api.ts';
import { type Picture, size } from '../common/picture.ts';
import type { PredictionRequest } from '../common/prediction-request.ts';

/** Progress of an upload: the share of the bytes sent, 0–1, or waiting for the result. */
export type UploadProgress = { readonly sent: number } | 'waiting';

/** Longest wait for the result of an upload. */
const RESULT_TIMEOUT_MS = 180_000;

/**
 * Uploads a picture that is too large for a request: opens an upload, posts to the bucket, and polls for the result.
 * @throws ProblemError; DOMException (AbortError) when `signal` aborts
 */
export async function predictUpload(
  api: Api,
  request: PredictionRequest,
  picture: Picture,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: UploadProgress) => void },
): Promise<Answer> {
  if (request.alias !== 'live') throw liveOnly(picture);
  const ticket = await api.openUpload(request, picture, signal);
  if (picture.file.size > ticket.max_bytes) throw tooLarge(picture, ticket);
  await post(ticket, picture.file, signal, (sent) => onProgress({ sent }));
  onProgress('waiting');
  return await poll(api, ticket, signal);
}

async function poll(api: Api, { prediction }: UploadTicket, signal: AbortSignal): Promise<Answer> {
  const end = Date.now() + RESULT_TIMEOUT_MS;
  while (Date.now() < end) {
    const result = await api.result(prediction, signal);
    if (!('retryAfterMs' in result)) return result;
    await pause(result.retryAfterMs, signal);
  }
  throw new ProblemError({ title: 'The result is not ready yet', detail: `It will appear at ${prediction}.` });
}

/** By XMLHttpRequest, because `fetch` does not report upload progress. */
function post({ url, fields }: UploadTicket, file: File, signal: AbortSignal, onSent: (share: number) => void) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  // Last, because S3 ignores fields after the file.
  body.append('file', file);
  return new Promise<void>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.upload.onprogress = ({ loaded, total }) => onSent(total === 0 ? 0 : loaded / total);
    request.onload = () => (request.status < 300 ? resolve() : reject(uploadProblem(request)));
    request.onerror = () => reject(uploadProblem(request));
    request.onabort = () => reject(new DOMException('The upload was aborted', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.send(body);
  });
}

/** S3 gives the reason as XML. */
function uploadProblem({ status, responseText }: XMLHttpRequest): ProblemError {
  if (status === 0) {
    const detail = 'The bucket did not respond, or does not allow uploads from this page (CORS).';
    return new ProblemError({ title: 'The upload failed', detail });
  }
  const reason = /<Message>([^<]*)<\/Message>/.exec(responseText)?.[1];
  return new ProblemError({
    status,
    title: 'The bucket rejected the upload',
    detail: reason ?? `The bucket responded with status ${status}.`,
  });
}

function liveOnly({ file }: Picture): ProblemError {
  const detail = `“${file.name}” has ${size(file.size)} and needs an upload, which only the live version supports.`;
  return new ProblemError({ title: 'The picture is too large for the candidate', detail });
}

function tooLarge({ file }: Picture, { max_bytes }: UploadTicket): ProblemError {
  return new ProblemError({
    status: 413,
    title: 'The picture is too large',
    detail: `“${file.name}” has ${size(file.size)}; this endpoint allows at most ${size(max_bytes)}.`,
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
