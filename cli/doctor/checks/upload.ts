/** A real upload: a presigned form, the picture in the bucket, and its result. */

import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { type Rejection, ticketSchema, type UploadTicket } from '../../../functions/api/schemas.ts';
import { KEYS } from '../../../functions/contract.ts';
import { type Answer, answerFault, Caller, NO_TOKEN, needsToken } from '../caller.ts';
import type { DoctorContext } from '../context.ts';
import { type GoldenRequest, goldenRequest } from '../golden-request.ts';
import { failed, type Result, secondsOf, skipped } from '../result.ts';
import { type CheckedEndpoint, checkCount } from './prediction.ts';

/** How long a result is awaited, and how often it is queried. Milliseconds. */
export interface WaitLimits {
  readonly mostMs: number;
  readonly everyMs: number;
}

const WAIT: WaitLimits = { mostMs: 60_000, everyMs: 500 };

/** Uploads a golden picture, awaits its result and removes the picture. */
export async function checkUpload(context: DoctorContext, endpoint: CheckedEndpoint, wait = WAIT): Promise<Result> {
  if (needsToken(context)) return skipped(NO_TOKEN);
  const { settings, deployed } = endpoint;
  const { name } = settings.settings;
  const request = await goldenRequest(context.deployment, settings);
  const caller = await Caller.of(context, deployed);
  const model = settings.settings.kind === 'predict' ? `&model=${request.model.name}` : '';
  const target = `/${name}/uploads?content_type=${encodeURIComponent(request.contentType)}${model}`;
  const ticketed = await caller.send({ method: 'POST', target });
  const { data: ticket } = ticketSchema.safeParse(ticketed.json);
  if (ticketed.status !== 201 || !ticket) return answerFault(`POST /${name}/uploads`, ticketed, deployed);
  const remove = context.cleanups.add(cleanupOf(context, endpoint, ticket.id));
  const from = performance.now();
  const refusal = await post(ticket, request, context.signal);
  if (refusal) return refusal;
  const answer = await awaitResult(caller, ticket.prediction, { ...wait, signal: context.signal });
  const measured = secondsOf(from, performance.now());
  await remove();
  if (answer.status === 200) return checkResult(context, { answer, request, measured });
  if (answer.status !== 202) return answerFault(`GET ${ticket.prediction}`, answer, deployed);
  return failed(`no result within ${wait.mostMs / 1000} s`, noResultRemedy(context, settings), measured);
}

function noResultRemedy({ deployment }: DoctorContext, { stackId }: CheckedEndpoint['settings']): string {
  const queues = `aws sqs list-queues --queue-name-prefix ${deployment.name}-${stackId}`;
  return `${queues} (waiting and dead letters), then UploadsWait and DeadLetters in docs/runbook.md`;
}

/** Longest wait for the bucket. Milliseconds. */
const POST_MS = 60_000;

function cleanupOf({ clients }: DoctorContext, { deployed }: CheckedEndpoint, id: string) {
  const { bucket } = deployed.objects;
  const key = KEYS.ticketedUpload(deployed.endpoint, id);
  return {
    what: `upload of ${deployed.endpoint}`,
    remove: () => clients.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })),
    remedy: `aws s3 rm "s3://${bucket}/${key}"`,
  };
}

/** @returns the result where the bucket refuses the picture */
async function post(
  { url, fields }: UploadTicket,
  { bytes, contentType, picture }: GoldenRequest,
  signal: AbortSignal,
): Promise<Result | undefined> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([bytes], { type: contentType }), picture);
  const until = AbortSignal.any([signal, AbortSignal.timeout(POST_MS)]);
  const response = await fetch(url, { method: 'POST', body: form, signal: until });
  if (response.ok) return undefined;
  const [, code = ''] = /<Code>(.*?)<\/Code>/.exec(await response.text()) ?? [];
  const remedy = 'deploy again, so that the role of the function may write to uploads/: npm run deploy';
  return failed(`the bucket refuses the picture: ${response.status} ${code}`, remedy);
}

/** The first answer other than `202 processing`, or the last one. */
async function awaitResult(
  caller: Caller,
  target: string,
  { mostMs, everyMs, signal }: WaitLimits & { signal: AbortSignal },
): Promise<Answer> {
  const until = performance.now() + mostMs;
  for (;;) {
    const answer = await caller.send({ method: 'GET', target });
    if (answer.status !== 202 || performance.now() >= until) return answer;
    await sleep(everyMs, undefined, { signal });
  }
}

function checkResult(context: DoctorContext, answered: Parameters<typeof checkCount>[1]): Result {
  const { status, problem } = Object(answered.answer.json) as Partial<Rejection>;
  if (status !== 'rejected') return checkCount(context, answered);
  return failed(`the upload was rejected: ${problem?.detail}`, 'npm run deploy', answered.measured);
}
