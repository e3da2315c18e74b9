/** Sorts rows into partitions by way of the disk, so that memory holds neither all rows nor all partitions. */

import { createReadStream } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Partition, TABLE_NAMES, type TableName } from '../tables-contract.ts';
import { MergedFile } from './merged-file.ts';
import type { PartitionFiles } from './partition-files.ts';
import type { Row } from './schema.ts';

/** A partition with the number of rows of each file that was written. */
export interface WrittenPartition extends Partition {
  readonly rows: Partial<Record<TableName, number>>;
}

/** The rows of one result or decision, of the tables that they belong to. */
export interface KeyedRows {
  readonly partition: Partition;
  /** Key of the result: these rows replace those of earlier compactions with it. */
  readonly key: string;
  readonly tables: Partial<Record<TableName, readonly Row[]>>;
}

/** Largest length of the lines in memory before they are appended to their files, characters. */
const MAX_PENDING = 8_000_000;

interface Pending {
  readonly partition: Partition;
  readonly tables: Set<TableName>;
  lines: string[];
}

/** The rows of a compaction: first all are added, then the files are written. */
export class Partitions {
  private readonly folder: string;
  private readonly pending = new Map<string, Pending>();
  private length = 0;

  /** @param folder for lines that wait; the caller deletes it */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** Adds rows. Their keys are in ascending order in each table. */
  async add({ partition, key, tables }: KeyedRows): Promise<void> {
    const line = lineOf({ key, tables });
    const path = join(this.folder, partition.endpoint, `${partition.day}.jsonl`);
    const pending = this.pending.get(path) ?? { partition, tables: new Set(), lines: [] };
    for (const table of TABLE_NAMES) if (tables[table]) pending.tables.add(table);
    pending.lines.push(line);
    this.pending.set(path, pending);
    this.length += line.length;
    if (this.length >= MAX_PENDING) await this.flush();
  }

  /** Writes the files of all partitions, each with the rows that it has already. */
  async write(files: PartitionFiles): Promise<WrittenPartition[]> {
    await this.flush();
    const written: WrittenPartition[] = [];
    for (const [path, { partition, tables }] of [...this.pending].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const drafts = new Map<TableName, MergedFile>();
      for (const table of tables) drafts.set(table, await MergedFile.open(table, partition, files));
      for await (const text of createInterface({ input: createReadStream(path) })) {
        const line = JSON.parse(text) as Pick<KeyedRows, 'key' | 'tables'>;
        for (const [table, file] of drafts) {
          const rows = line.tables[table];
          if (rows) await file.put(line.key, rows);
        }
      }
      const rows: Partial<Record<TableName, number>> = {};
      for (const [table, file] of drafts) rows[table] = await file.finish();
      // The pictures last, so that a picture in the tables never lacks its objects.
      for (const table of TABLE_NAMES.toReversed()) if (drafts.has(table)) await files.replace(table, partition);
      written.push({ ...partition, rows });
    }
    return written;
  }

  private async flush(): Promise<void> {
    for (const [path, pending] of this.pending) {
      if (pending.lines.length === 0) continue;
      await mkdir(dirname(path), { recursive: true });
      await appendFile(path, `${pending.lines.join('\n')}\n`);
      pending.lines = [];
    }
    this.length = 0;
  }
}

/** Because Node.js's reader of lines also splits at two characters that JSON may contain. */
function lineOf(rows: object): string {
  return JSON.stringify(rows).replace(/[\u2028\u2029]/g, (found) => (found === '\u2028' ? '\\u2028' : '\\u2029'));
}
