/** The receipt of an erasure, for people and as JSON. */

import type { Copy, Prediction } from './copies.ts';
import type { Erasure } from './erase.ts';

/** @see Erasure */
export interface Receipt extends Erasure, Pick<Prediction, 'endpoint' | 'id'> {
  readonly bucket: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** What no deletion in the bucket reaches. */
  readonly remains: readonly string[];
}

const REMAINS = [
  'Logs and the access log of the bucket have the id and keys, no picture. They expire.',
  'Metrics, totals and progress of rollouts have numbers and ids, no picture.',
  'Messages of the upload queue and its dead letters have bucket, key and version, no picture. They expire.',
  'Answers of Athena (athena/), in deployments with tables: they expire after a day.',
  'Outside the deployment: answers that callers keep, reports and tables saved as files.',
];

const MAY_FOLLOW =
  'The upload had no result yet. A function that works on it can still store one: run the command again in minutes.';

/** The receipt of an erasure. */
export function receiptOf(
  { endpoint, id }: Prediction,
  erasure: Erasure,
  { bucket, at }: { readonly bucket: string; readonly at: Date },
): Receipt {
  const kinds = erasure.deleted.map(({ kind }) => kind);
  const isPending = kinds.includes('upload') && !kinds.includes('result');
  const remains = [...REMAINS, ...(isPending ? [MAY_FOLLOW] : [])];
  return { endpoint, id, bucket, at: at.toISOString(), ...erasure, remains };
}

/** The receipt as text. */
export function receiptInWords(receipt: Receipt): string {
  const { endpoint, id, bucket, at, deleted, failed, others, complete, remains } = receipt;
  return [
    `Erasure of ${id} of ${endpoint}, ${at}, bucket ${bucket}`,
    ...deleted.map(
      ({ kind, key, versions, delete_markers, rows }) =>
        `  deleted  ${kind}  ${key}  ${countOf(versions, delete_markers, rows)}`,
    ),
    ...failed.map(
      ({ kind, key, version, reason }) =>
        `  FAILED   ${kind}  ${key}  ${version ? `version ${version}: ` : ''}${reason}`,
    ),
    ...others.map(
      ({ key, versions }) => `  kept     ${key}  ${countOf(versions)}: other pictures, with ids of their own`,
    ),
    conclusion(complete, deleted.length > 0),
    'What remains:',
    ...remains.map((text) => `- ${text}`),
  ].join('\n');
}

function conclusion(complete: boolean, hasDeleted: boolean): string {
  if (!complete) return 'NOT COMPLETE. Run the command again when the cause is gone.';
  if (!hasDeleted) return 'Nothing was found: it was erased before, has expired, or no prediction has this id.';
  return 'Complete: a last search of the bucket found nothing.';
}

/** What would be deleted, as text. */
export function copiesInWords(copies: readonly Copy[]): string {
  if (copies.length === 0) return conclusion(true, false);
  return copies
    .map(({ kind, key, versions }) => {
      const markers = versions.filter(({ isDeleteMarker }) => isDeleteMarker).length;
      return `  ${kind}  ${key}  ${countOf(versions.length - markers, markers)}`;
    })
    .join('\n');
}

function countOf(versions: number, markers = 0, rows = 0): string {
  const some = (count: number, name: string) => `${count} ${name}${count === 1 ? '' : 's'}`;
  return [
    ...(rows > 0 ? [some(rows, 'row')] : []),
    some(versions, 'version'),
    ...(markers > 0 ? [some(markers, 'delete marker')] : []),
  ].join(', ');
}
