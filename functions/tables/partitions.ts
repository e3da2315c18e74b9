/** Sorts rows into partitions by way of the disk, so that memory holds neither all rows nor all partitions. */

import { createReadStream } from 'node:fs';
import { appendFile, mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Partition, TABLE_KEYS, type TableName } from '../tables-contract.ts';
import type { ResultRows } from './rows.ts';
import type { Row } from './schema.ts';
import { TableFile } from './table-file.ts';

/** A partition with the number of its rows. */
export interface WrittenPartition extends Partition {
  readonly pictures: number;
  readonly objects: number;
}

/** Largest length of the lines in memory before they are appended to their files, characters. */
const MAX_PENDING = 8_000_000;

/** Rows of a row group. Groups of this size are some megabytes, and readers read them in parallel. */
export const ROWS_PER_GROUP = 50_000;

interface Pending {
  readonly partition: Partition;
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

  /** Adds the rows of a result. Rows of a partition keep their order. */
  async add(rows: ResultRows): Promise<void> {
    const line = lineOf({ pictures: [rows.picture], objects: rows.objects });
    const path = this.pathOf(rows.partition);
    const pending = this.pending.get(path) ?? { partition: rows.partition, lines: [] };
    pending.lines.push(line);
    this.pending.set(path, pending);
    this.length += line.length;
    if (this.length >= MAX_PENDING) await this.flush();
  }

  /** Writes the files of all partitions below a folder, by the keys of `TABLE_KEYS`. */
  async write(target: string): Promise<WrittenPartition[]> {
    await this.flush();
    const written: WrittenPartition[] = [];
    for (const [path, { partition }] of [...this.pending].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const pictures = await GroupedFile.create('pictures', partition, target);
      const objects = await GroupedFile.create('objects', partition, target);
      for await (const line of createInterface({ input: createReadStream(path) })) {
        const rows = JSON.parse(line) as Record<TableName, Row[]>;
        await pictures.add(rows.pictures);
        await objects.add(rows.objects);
      }
      written.push({ ...partition, pictures: await pictures.finish(), objects: await objects.finish() });
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

  private pathOf({ endpoint, day }: Partition): string {
    return join(this.folder, endpoint, `${day}.jsonl`);
  }
}

/** Because Node.js's reader of lines also splits at two characters that JSON may contain. */
function lineOf(rows: object): string {
  return JSON.stringify(rows).replace(/[\u2028\u2029]/g, (found) => (found === '\u2028' ? '\\u2028' : '\\u2029'));
}

/** A table's file that collects rows until they make a row group. */
class GroupedFile {
  private readonly file: TableFile;
  private readonly path: string;
  private rows: Row[] = [];
  private written = 0;

  private constructor(table: TableName, path: string) {
    this.path = path;
    this.file = new TableFile(table, unfinished(path));
  }

  static async create(table: TableName, partition: Partition, target: string): Promise<GroupedFile> {
    const path = join(target, TABLE_KEYS.file(table, partition));
    await mkdir(dirname(path), { recursive: true });
    return new GroupedFile(table, path);
  }

  async add(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      this.rows.push(row);
      if (this.rows.length === ROWS_PER_GROUP) await this.writeGroup();
    }
  }

  /** @returns the number of rows */
  async finish(): Promise<number> {
    await this.writeGroup();
    await this.file.finish();
    await rename(unfinished(this.path), this.path);
    return this.written;
  }

  private async writeGroup(): Promise<void> {
    await this.file.write(this.rows);
    this.written += this.rows.length;
    this.rows = [];
  }
}

/** No reader of tables takes a file of this name for a table. */
function unfinished(path: string): string {
  return `${path}.unfinished`;
}
