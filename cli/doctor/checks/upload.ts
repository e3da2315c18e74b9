/** A real upload: a presigned form, the picture in the bucket, and its result. */

import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { type Rejection, ticketSchema, type UploadTicket } from '../../../functions/api/schemas.ts';
import { KEYS } from '../../../functions/contract.ts';
import { type Answer, answerFault, Caller, NO_TOKEN, needsToken } from '../caller.ts';
import type { DoctorContext } from '../context.ts';
import { type Finding, failed, secondsOf, skipped } from '../finding.ts';
import { type GoldenRequest, goldenRequest } from '../golden-request.ts';
import { countFinding, type Subject } from './prediction.ts';

/** How long a result is awaited, and how often it is queried. Milliseconds. */
export interface Patience {
  readonly mostMs: number;
  readonly everyMs: number;
}

const PATIENCE: Patience = { mostMs: 60_000, everyMs: 500 };

/** Uploads a golden picture, awaits its result and removes the picture. */
export async function uploadFinding(context: DoctorContext, subject: Subject, patience = PATIENCE): Promise<Finding> {
  if (needsToken(context)) return skipped(NO_TOKEN);
  const { settings, deployed } = subject;
  const { name } = settings.settings;
  const request = await goldenRequest(context.deployment, settings);
  const caller = await Caller.of(context, deployed);
  const model = settings.settings.kind === 'predict' ? `&model=${request.model.name}` : '';
  const target = `/${name}/uploads?content_type=${encodeURIComponent(request.contentType)}${model}`;
  const ticketed = await caller.send({ method: 'POST', target });
  const { data: ticket } = ticketSchema.safeParse(ticketed.json);
  if (ticketed.status !== 201 || !ticket) return answerFault(`POST /${name}/uploads`, ticketed, deployed);
  const remove = context.cleanups.add(cleanupOf(context, subject, ticket.id));
  const from = performance.now();
  const refusal = await post(ticket, request, context.signal);
  if (refusal) return refusal;
  const answer = await awaitResult(caller, ticket.prediction, { ...patience, signal: context.signal });
  await remove();
  const measured = secondsOf(from, performance.now());
  if (answer.status === 200) return resultFinding(context, { answer, request, measured });
  if (answer.status !== 202) return answerFault(`GET ${ticket.prediction}`, answer, deployed);
  return failed(`no result within ${patience.mostMs / 1000} s`, NO_RESULT, measured);
}

const NO_RESULT =
  'see the alarms UploadsWait and DeadLetters in docs/runbook.md; the queue: ' +
  'aws sqs list-queues --queue-name-prefix <stack>';

function cleanupOf({ clients }: DoctorContext, { deployed }: Subject, id: string) {
  const { bucket } = deployed.objects;
  const key = KEYS.ticketedUpload(deployed.endpoint, id);
  return {
    what: `upload of ${deployed.endpoint}`,
    remove: () => clients.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })),
    remedy: `aws s3 rm "s3://${bucket}/${key}"`,
  };
}

/** @returns the finding where the bucket refuses the picture */
async function post(
  { url, fields }: UploadTicket,
  { bytes, contentType, picture }: GoldenRequest,
  signal: AbortSignal,
): Promise<Finding | undefined> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([bytes], { type: contentType }), picture);
  const response = await fetch(url, { method: 'POST', body: form, signal });
  if (response.ok) return undefined;
  const [, code = ''] = /<Code>(.*?)<\/Code>/.exec(await response.text()) ?? [];
  const remedy = 'deploy again, so that the role of the function may write to uploads/: npm run deploy';
  return failed(`the bucket refuses the picture: ${response.status} ${code}`, remedy);
}

/** The first answer other than `202 processing`, or the last one. */
async function awaitResult(
  caller: Caller,
  target: string,
  { mostMs, everyMs, signal }: Patience & { signal: AbortSignal },
): Promise<Answer> {
  const until = performance.now() + mostMs;
  for (;;) {
    const answer = await caller.send({ method: 'GET', target });
    if (answer.status !== 202 || performance.now() >= until) return answer;
    await sleep(everyMs, undefined, { signal });
  }
}

function resultFinding(context: DoctorContext, answered: Parameters<typeof countFinding>[1]): Finding {
  const { status, problem } = Object(answered.answer.json) as Partial<Rejection>;
  if (status !== 'rejected') return countFinding(context, answered);
  return failed(`the upload was rejected: ${problem?.detail}`, 'npm run deploy', answered.measured);
}
