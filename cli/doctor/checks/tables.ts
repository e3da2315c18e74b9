/** Whether the nightly compaction keeps the tables of results. */

import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { TABLE_KEYS } from '../../../functions/tables-contract.ts';
import type { DoctorContext } from '../context.ts';
import { ok, type Result, warning } from '../result.ts';

/** A day, and two hours of retries. */
const MOST_AGE_HOURS = 26;
const HOUR_MS = 3_600_000;

/** By the time of the state that each compaction writes: listed, because operators may not read it. */
export async function checkTables(
  { clients, signal }: Pick<DoctorContext, 'clients' | 'signal'>,
  bucket: string,
  now = new Date(),
): Promise<Result> {
  const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: TABLE_KEYS.state, MaxKeys: 1 });
  const { Contents = [] } = await clients.s3.send(command, { abortSignal: signal });
  const at = Contents[0]?.LastModified;
  if (!at) return warning('results were never compacted: the first compaction is at 00:30 UTC', START);
  const hours = Math.floor((now.getTime() - at.getTime()) / HOUR_MS);
  const measured = { value: hours, unit: 'h' };
  if (hours < MOST_AGE_HOURS) return ok(`compacted ${hours} h ago`, measured);
  return warning(`compacted ${hours} h ago, expected each night: is the rule EachNight disabled?`, START, measured);
}

const START = 'docs/runbook.md, TablesNotStarted';
