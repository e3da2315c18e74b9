/**
 * Bodies of objects, one after another in files that are only appended to, as a log. A file for each body would be
 * simpler, but ext4 takes up to 1.5 ms of processor time to create one for some minutes after many were deleted: it
 * looks for the inode of a file that was not deleted lately (`recently_deleted` in fs/ext4/ialloc.c). An append takes
 * 0.03 ms.
 */

import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Place } from './place.ts';
import { unusedRanges } from './unused-ranges.ts';

/** Size after which the next file begins, bytes. */
const FILE_BYTES = 64 * 1024 * 1024;

const ZEROS = Buffer.alloc(1024 * 1024);

/** Bytes of a file, and those of them that are in use. */
interface Usage {
  size: number;
  used: number;
}

/** The file that is appended to. */
interface Current {
  readonly name: string;
  readonly descriptor: number;
}

export class BodyFiles {
  private readonly folder: string;
  private readonly fileBytes: number;
  private readonly usage = new Map<string, Usage>();
  private current: Current | undefined;
  private readonly freed: Place[] = [];
  private readonly confirmed: Place[] = [];

  /**
   * Counts what is in use, and removes files of which nothing is. Never appends to a file of an earlier process, whose
   * end may be half a body.
   * @param folder which nothing else uses
   * @param places of all bodies
   * @param fileBytes size after which the next file begins
   */
  constructor(folder: string, places: Iterable<Place>, fileBytes = FILE_BYTES) {
    mkdirSync(folder, { recursive: true });
    this.folder = folder;
    this.fileBytes = fileBytes;
    for (const name of readdirSync(folder)) this.usage.set(name, { size: statSync(join(folder, name)).size, used: 0 });
    const named = new Set<string>();
    for (const { file, length } of places) {
      named.add(file);
      const usage = this.usage.get(file);
      if (usage) usage.used += length;
    }
    for (const name of this.usage.keys()) if (!named.has(name)) this.remove(name);
  }

  /** Writes a body. It is with the operating system when this returns. @throws Error where the disk is full */
  append(body: Buffer): Place {
    const { name, descriptor } = this.writable();
    const usage = this.usageOf(name);
    const place = { file: name, at: usage.size, length: body.length };
    try {
      writeAll(descriptor, body, place.at);
    } catch (error) {
      ftruncateSync(descriptor, place.at);
      throw error;
    }
    usage.size += body.length;
    usage.used += body.length;
    return place;
  }

  /** @throws Error where the file is missing or too short */
  read({ file, at, length }: Place): Buffer {
    // Its file may be gone, because an empty body does not keep one.
    if (length === 0) return Buffer.alloc(0);
    const body = Buffer.allocUnsafe(length);
    const descriptor = openSync(join(this.folder, file), 'r');
    try {
      for (let done = 0; done < length; ) {
        const read = readSync(descriptor, body, done, length - done, at + done);
        if (read === 0) throw new Error(`Expected ${length} bytes at ${at} of ${file}, received ${done}`);
        done += read;
      }
    } finally {
      closeSync(descriptor);
    }
    return body;
  }

  /** Notes that no row names a body any more. Its bytes stay for the time being: see `confirmFreed`. */
  free(place: Place): void {
    const usage = this.usage.get(place.file);
    if (usage) usage.used -= place.length;
    this.freed.push(place);
  }

  /**
   * Called when the rows are on the disk. Until then, a power failure can bring back those before, which name what was
   * freed since. Removes files of which nothing is in use, but for the one that is appended to.
   */
  confirmFreed(): void {
    // One by one, because a call takes no more than some hundred thousand arguments.
    for (const place of this.freed.splice(0)) this.confirmed.push(place);
    for (const [name, { used }] of this.usage) if (used === 0 && name !== this.current?.name) this.remove(name);
  }

  /**
   * Frees what no body uses: what an earlier process had freed but not overwritten when it was killed.
   * @param places of all bodies, as the rows on the disk name them
   */
  freeUnused(places: Iterable<Place>): void {
    const sizes = new Map([...this.usage].map(([name, { size }]) => [name, size]));
    for (const range of unusedRanges(sizes, places)) this.confirmed.push(range);
  }

  /** Whether bodies were freed that are not overwritten yet. */
  hasFreed(): boolean {
    return this.freed.length + this.confirmed.length > 0;
  }

  /** Writes zeros over some of the freed bodies that were confirmed. Returns whether there are more. */
  overwriteFreed(most = Number.POSITIVE_INFINITY): boolean {
    for (let done = 0; done < most && this.confirmed.length > 0; done++) this.overwrite(this.confirmed.pop() as Place);
    return this.confirmed.length > 0;
  }

  private overwrite({ file, at, length }: Place): void {
    if (!this.usage.has(file)) return;
    const descriptor = openSync(join(this.folder, file), 'r+');
    try {
      // A file whose end is lost must not get another one, because zeros would be read in its place.
      const end = Math.min(at + length, fstatSync(descriptor).size);
      for (let next = at; next < end; next += ZEROS.length)
        writeAll(descriptor, ZEROS.subarray(0, Math.min(ZEROS.length, end - next)), next);
    } finally {
      closeSync(descriptor);
    }
  }

  /** Files of which less than half is in use, but for the one that is appended to. */
  sparse(): ReadonlySet<string> {
    const sparse = [...this.usage].filter(([, { size, used }]) => used < size / 2).map(([name]) => name);
    return new Set(sparse.filter((name) => name !== this.current?.name));
  }

  /** Waits until what was appended to files is on the disk. */
  sync(files: ReadonlySet<string>): void {
    for (const file of files) {
      const descriptor = openSync(join(this.folder, file), 'r+');
      try {
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
    }
  }

  close(): void {
    if (this.current) closeSync(this.current.descriptor);
    this.current = undefined;
  }

  private writable(): Current {
    const { current } = this;
    if (current && this.usageOf(current.name).size < this.fileBytes) return current;
    const name = randomUUID();
    const next = { name, descriptor: openSync(join(this.folder, name), 'wx') };
    this.usage.set(name, { size: 0, used: 0 });
    this.close();
    this.current = next;
    return next;
  }

  private usageOf(name: string): Usage {
    const usage = this.usage.get(name);
    if (!usage) throw new Error(`Expected a file of bodies, received ${name}`);
    return usage;
  }

  private remove(name: string): void {
    this.usage.delete(name);
    rmSync(join(this.folder, name), { force: true });
  }
}

function writeAll(descriptor: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done, bytes.length - done, at + done);
}
