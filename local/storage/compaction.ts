/** Gives back the disk of bodies that were deleted, and overwrites what they were. */

import { setImmediate } from 'node:timers/promises';
import type { BodyFiles } from './body-files.ts';
import type { Database, Table } from './database.ts';
import { type ObjectRecord, placeOf } from './object-record.ts';
import type { Place } from './place.ts';

/** Bodies in one turn of the event loop, and bytes that are moved before their former places are freed. */
const [TURN, BATCH_BYTES] = [20, 16 * 1024 * 1024];

/** Bodies could not be moved, as where the disk is full or has lost one. */
export class CompactionError extends AggregateError {
  override readonly name = 'CompactionError';
  constructor(errors: readonly unknown[]) {
    super(
      errors,
      `Bodies of objects could not be moved: ${errors.map((error) => (error as Error).message).join('; ')}`,
    );
  }
}

/** What a compaction works on. */
export interface Compacted {
  readonly files: BodyFiles;
  readonly objects: Table<ObjectRecord>;
  readonly database: Database;
}

export class Compaction {
  private readonly of: Compacted;
  private moved: { readonly from: Place; readonly to: Place }[] = [];
  private movedBytes = 0;
  private isEnded = false;

  constructor(of: Compacted) {
    this.of = of;
  }

  /**
   * Does what `overwriteFreed` does, and moves bodies out of files of which less than half is in use. Lets requests in
   * between.
   * @throws CompactionError at the end, where bodies could not be moved: they and the others of their file stay
   */
  async run(): Promise<void> {
    await this.overwriteFreed();
    const { files, objects } = this.of;
    const sparse = new Set(files.sparse());
    const errors: unknown[] = [];
    let looked = 0;
    for (const [key, { file }] of sparse.size > 0 ? objects.below('') : []) {
      looked += 1;
      if (looked % TURN === 0) await setImmediate();
      if (this.isEnded) return;
      if (!sparse.has(file)) continue;
      try {
        this.move(key, file);
      } catch (error) {
        errors.push(error);
        sparse.delete(file);
      }
      if (this.movedBytes > BATCH_BYTES) this.settle();
    }
    this.settle();
    if (errors.length > 0) throw new CompactionError(errors);
  }

  /** Overwrites what is left of freed bodies, at once. A second call does nothing. */
  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.settle();
    this.confirm();
    this.of.files.overwriteFreed();
  }

  /** Moves a body to the end of the last file, unless it was changed meanwhile. */
  private move(key: string, file: string): void {
    const { files, objects } = this.of;
    const record = objects.get(key);
    if (record?.file !== file) return;
    const from = placeOf(record);
    const to = files.append(files.read(from));
    try {
      objects.put(key, { ...record, file: to.file, at: to.at });
    } catch (error) {
      files.free(to);
      throw error;
    }
    this.moved.push({ from, to });
    this.movedBytes += to.length;
  }

  /** Frees the former places of moved bodies, when the new ones and their rows are on the disk. */
  private settle(): void {
    const { files } = this.of;
    const { moved } = this;
    if (moved.length === 0) return;
    [this.moved, this.movedBytes] = [[], 0];
    files.sync(new Set(moved.map(({ to }) => to.file)));
    for (const { from } of moved) files.free(from);
    this.confirm();
  }

  private confirm(): void {
    this.of.database.sync();
    this.of.files.confirmFreed();
  }

  /** Overwrites what was deleted until now, or removes it with its file. Lets requests in between. */
  async overwriteFreed(): Promise<void> {
    if (this.isEnded || !this.of.files.hasFreed()) return;
    this.confirm();
    while (!this.isEnded && this.of.files.overwriteFreed(TURN)) await setImmediate();
  }
}
