/** Makes tables of a bucket in a folder: copies those of the bucket, and adds the results that they lack. */

import { ObjectNotFoundError, Objects } from '../../functions/platform/objects.ts';
import { firstChange, sources } from '../../functions/tables/changed-keys.ts';
import { type Compaction, compact } from '../../functions/tables/compact.ts';
import { FolderFiles } from '../../functions/tables/partition-files.ts';
import { progressBar } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { NoResultsError, TooManyResultsError } from './errors.ts';
import type { Bucket, Selection } from './selection.ts';
import { copyTables, type StoredTables, storedTables } from './stored-tables.ts';
import { countInWords, sizeInWords } from './words.ts';

/** Results and decisions that the tables may lack. */
interface Fresh {
  readonly keys: readonly string[];
  readonly results: number;
  readonly decisions: number;
  readonly bytes: number;
}

/**
 * Writes the tables of the selected results below `target`, and says what it reads before it does.
 * @throws NoResultsError, TooManyResultsError
 */
export async function tablesOfBucket(
  from: Bucket,
  selection: Selection,
  folders: { readonly target: string; readonly workspace: string },
  terminal: Pick<Terminal, 'note'>,
): Promise<void> {
  const objects = new Objects(from.bucket, from.s3);
  // First, because a compaction that ends meanwhile must not hide results that the copied files lack.
  const stored = await storedTables(from, objects, selection);
  const fresh = await findFresh(from, selection, stored);
  terminal.note(readingInWords(selection, stored, fresh));
  await copyTables(objects, stored, folders.target);
  const { since } = selection;
  const { keys } = fresh;
  const read = (key: string) => objects.get(key).then(({ bytes }) => bytes, missingIsUndefined);
  const files = new FolderFiles(folders.target);
  const bar = progressBar('results');
  const onProgress = (done: number) => bar.report(done, keys.length);
  const options = { keys, since, files, workspace: folders.workspace, onProgress };
  const compaction = await compact({ read }, options).finally(bar.end);
  for (const remark of remarksOf(compaction, stored)) terminal.note(remark);
  if (compaction.partitions.length + stored.keys.length === 0) throw noResults(from, selection);
}

/** A result is written after it was made, so that one written before the first day is of no later one. */
async function findFresh(from: Bucket, selection: Selection, { until, keys: files }: StoredTables): Promise<Fresh> {
  const { endpoint, since, most } = selection;
  const keys: string[] = [];
  let [bytes, decisions, count] = [0, 0, 0];
  const written = Math.max(since === '' ? 0 : Date.parse(since), firstChange(until));
  for await (const each of sources({ client: from.s3, bucket: from.bucket }, { since: written, endpoint })) {
    if (!each.isChanged) continue;
    count += 1;
    bytes += each.bytes;
    if (each.key.startsWith('decisions/')) decisions += 1;
    if (count <= most) keys.push(each.key);
  }
  if (count > most) {
    throw new TooManyResultsError(
      `Expected at most ${most} results to read, received ${count} (${sizeInWords(bytes)}): ` +
        'narrow them with --since or --endpoint, or allow more with --most',
    );
  }
  if (count + files.length === 0) throw noResults(from, selection);
  return { keys, bytes, decisions, results: count - decisions };
}

function noResults({ bucket }: Bucket, { endpoint, since }: Selection): NoResultsError {
  const of = endpoint === undefined ? '' : ` of ${endpoint}`;
  const after = since === '' ? '' : ` since ${since} UTC (--since)`;
  return new NoResultsError(
    `Expected results${of} in the bucket ${bucket}, received none${after}: send a picture to an endpoint first`,
  );
}

function readingInWords({ since }: Selection, { keys, bytes, until }: StoredTables, fresh: Fresh): string {
  const decisions = fresh.decisions > 0 ? ` and ${countInWords(fresh.decisions, 'decision')}` : '';
  const results = `${countInWords(fresh.results, 'result')}${decisions} (${sizeInWords(fresh.bytes)})`;
  const days = since && ` since ${since} UTC`;
  if (until === undefined) return `Reads ${results}${days}.`;
  const files = `${countInWords(keys.length, 'file')} of tables (${sizeInWords(bytes)})`;
  return `Reads ${files} with results until ${until}, and ${results}${days}.`;
}

/** A result in the tables may be deleted: those of the bucket keep its row longer. */
function remarksOf({ earlier, deleted, unreadable }: Compaction, { until }: StoredTables): string[] {
  const { count, messages } = unreadable;
  return [
    ...(earlier > 0 && until === undefined ? [`${countInWords(earlier, 'result')} of earlier days: left out.`] : []),
    ...(deleted > 0 ? [`${countInWords(deleted, 'result')} deleted meanwhile: left out.`] : []),
    ...(count > 0 ? [`${count} unreadable: left out.`, ...messages.map((each) => `  ${each}`)] : []),
    ...(count > messages.length ? [`  and ${count - messages.length} more`] : []),
  ];
}

function missingIsUndefined(error: unknown): undefined {
  if (!(error instanceof ObjectNotFoundError)) throw error;
}
