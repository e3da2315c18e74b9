/** Makes rows of a stored result, and of a decision about one. */

import * as z from 'zod';
import {
  humanRequestSchema,
  storedDecisionSchema,
  storedPredictionSchema,
  storedRejectionSchema,
} from '../api/schemas.ts';
import type { Partition } from '../tables-contract.ts';
import type { DecisionRow, ObjectRow, PictureRow } from './schema.ts';

/** An object of the bucket is no result, or a damaged one. */
export class UnreadableResultError extends Error {
  override readonly name = 'UnreadableResultError';
}

/** The rows of one result. */
export interface ResultRows {
  readonly partition: Partition;
  readonly picture: PictureRow;
  readonly objects: readonly ObjectRow[];
}

const common = { id: true, endpoint: true, created_at: true, source: true, release: true, status: true } as const;

/** Because the name becomes the name of a folder. */
const own = { endpoint: z.string().regex(/^[a-z0-9-]+$/), job: z.string().optional() };

/** Largest value of a column of type int. */
const whole = z.int().max(2 ** 31 - 1);
const image = z.object({ width: whole, height: whole });

/** The fields that have columns, so that nothing else is read: nothing about callers, and no option of a request. */
const resultSchema = z.discriminatedUnion('status', [
  storedPredictionSchema
    .pick({ ...common, detections: true, model: true, timing_ms: true })
    .extend({ ...own, image, count: whole.nonnegative() }),
  humanRequestSchema.pick(common).extend({ ...own, image }),
  storedRejectionSchema.pick({ ...common, problem: true }).extend(own),
]);

type Result = z.infer<typeof resultSchema>;

/**
 * @param key of the result in the bucket
 * @param document its JSON
 * @throws UnreadableResultError
 */
export function rowsOf(key: string, document: unknown): ResultRows {
  const { data: result, error } = resultSchema.safeParse(document);
  if (!result) throw new UnreadableResultError(`Expected a result in ${key}, received ${firstIssue(error)}`);
  const { picture, ...about } = pictureRow(key, result);
  return {
    partition: { endpoint: result.endpoint, day: dayOf(picture.created_at) },
    picture,
    objects: result.status === 'done' ? result.detections.map((each, index) => objectRow(about, each, index)) : [],
  };
}

const decisionSchema = storedDecisionSchema.pick({ count: true, decided_at: true, others: true });
const decidedSchema = z.object({ id: z.string(), endpoint: own.endpoint, created_at: z.iso.datetime() });

/** A decision in the partition of its picture. */
export interface DecisionRows {
  readonly partition: Partition;
  readonly decision: DecisionRow;
}

/**
 * @param key of the decision
 * @param result key and JSON of the result that was decided
 * @throws UnreadableResultError
 */
export function decisionRowsOf(
  key: string,
  document: unknown,
  result: { readonly key: string; readonly document: unknown },
): DecisionRows {
  const decision = decisionSchema.safeParse(document);
  if (!decision.success) {
    throw new UnreadableResultError(`Expected a decision in ${key}, received ${firstIssue(decision.error)}`);
  }
  const decided = decidedSchema.safeParse(result.document);
  if (!decided.success) {
    throw new UnreadableResultError(`Expected a result in ${result.key}, received ${firstIssue(decided.error)}`);
  }
  const { id, endpoint } = decided.data;
  const created_at = Date.parse(decided.data.created_at);
  const { count, decided_at, others = [] } = decision.data;
  const times = { created_at, decided_at: Date.parse(decided_at) };
  return {
    partition: { endpoint, day: dayOf(created_at) },
    decision: { result_key: result.key, id, ...times, count, people: 1 + others.length },
  };
}

/** The day of a time, UTC: `2026-11-26`. @param time milliseconds since 1970 */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function firstIssue({ issues: [issue] }: z.ZodError): string {
  return issue?.path.length ? `${issue.path.join('.')}: ${issue.message}` : (issue?.message ?? 'none');
}

type Common = Pick<ObjectRow, 'result_key' | 'id' | 'created_at' | 'source' | 'function_version'>;

function pictureRow(result_key: string, result: Result): { picture: PictureRow } & Common {
  const { id, release, job, source, status } = result;
  const about: Common = {
    result_key,
    id,
    created_at: Date.parse(result.created_at),
    source: job === undefined ? source.kind : 'batch',
    function_version: release.function_version,
  };
  const isDone = status === 'done';
  const { width = null, height = null } = status === 'rejected' ? {} : result.image;
  const picture: PictureRow = {
    ...about,
    status,
    ...sourceColumns(source),
    job: job ?? null,
    function_name: release.function_name ?? null,
    alias: release.alias,
    model: isDone ? result.model.name : null,
    model_version: isDone ? result.model.version : null,
    width,
    height,
    count: isDone ? result.count : null,
    detection_ms: isDone ? (result.timing_ms.total ?? null) : null,
    reason: status === 'rejected' ? result.problem.type : null,
  };
  return { ...about, picture };
}

function sourceColumns(source: Result['source']) {
  if (source.kind === 'http') return { source_bucket: null, source_key: null, source_version: null };
  // Empty: the picture of a batch job was deleted before it was read.
  return { source_bucket: source.bucket, source_key: source.key, source_version: source.version || null };
}

type Detection = Extract<Result, { status: 'done' }>['detections'][number];

function objectRow(about: Common, { label, confidence, box }: Detection, index: number): ObjectRow {
  const { x, y, width, height } = box;
  return { ...about, number: index + 1, label, confidence, x1: x, y1: y, x2: sum(x, width), y2: sum(y, height) };
}

/** To a hundredth of a pixel, as results store them. */
function sum(start: number, length: number): number {
  return Math.round((start + length) * 100) / 100;
}
