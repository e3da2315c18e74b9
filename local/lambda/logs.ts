/** Writes the output of functions to a file for each function, and reports errors to the console. */

import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionVersion } from './function-types.ts';
import type { Report } from './outcome.ts';

/** Characters of an error on the console. */
const SHORT = 200;

export class FunctionLogs {
  private readonly folder: string;
  private readonly onError: (source: string, message: string) => void;
  private readonly files = new Map<string, LogFile>();
  private isClosed = false;

  /** @param onError called with one short line for each error */
  constructor(folder: string, onError: (source: string, message: string) => void) {
    mkdirSync(folder, { recursive: true });
    this.folder = folder;
    this.onError = onError;
  }

  line(version: FunctionVersion, line: string, stream: 'stdout' | 'stderr'): void {
    this.write(version.name, `${version.version}\t${line}`);
    const message = errorIn(line, stream);
    if (message) this.onError(sourceOf(version), message.slice(0, SHORT));
  }

  /** Lambda's REPORT line; a throttled invocation has none. */
  report(report: Report): void {
    if (report.throttled)
      this.onError(sourceOf(report.destination.version), 'throttled: a concurrency limit is reached');
    else this.reportEnd(report);
  }

  private reportEnd({ destination, requestId, durationMs, initMs, maxMemoryMb, failed, payload }: Report): void {
    const { version } = destination;
    const init = initMs === undefined ? '' : `\tInit Duration: ${initMs.toFixed(2)} ms`;
    const memory = `\tMemory Size: ${version.memoryMb} MB\tMax Memory Used: ${maxMemoryMb} MB`;
    const status = failed ? `\tError: ${payload}` : '';
    const duration = `\tDuration: ${durationMs.toFixed(2)} ms`;
    this.write(version.name, `${version.version}\tREPORT RequestId: ${requestId}${duration}${memory}${init}${status}`);
    if (failed && isProcessFailure(payload)) this.onError(sourceOf(version), JSON.parse(payload).errorMessage);
  }

  /** Lines that come later are left out: of processes that are killed at the end. A second call does nothing. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const file of this.files.values()) file.close();
  }

  private write(name: string, text: string): void {
    if (!this.isClosed) this.fileOf(name).add(`${new Date().toISOString()}\t${text}`);
  }

  private fileOf(name: string): LogFile {
    const onError = (message: string) => this.onError('emulator', message);
    const file = this.files.get(name) ?? new LogFile(join(this.folder, `${name}.log`), onError);
    this.files.set(name, file);
    return file;
  }
}

/**
 * A file of log lines. Those of one turn of the event loop are one write, by this thread, because to hand a write to
 * another thread takes longer than the write itself.
 */
class LogFile {
  private readonly path: string;
  private readonly onError: (message: string) => void;
  private descriptor: number | undefined;
  private waiting = '';
  private isFull = false;

  /**
   * Begins a new file.
   * @param onError called once for writes that fail one after another, as on a full disk: their lines are lost
   */
  constructor(path: string, onError: (message: string) => void) {
    this.path = path;
    this.onError = onError;
  }

  /** @param line without its end */
  add(line: string): void {
    if (this.waiting === '') setImmediate(() => this.write());
    this.waiting += `${line}\n`;
  }

  close(): void {
    this.write();
    if (this.descriptor !== undefined) closeSync(this.descriptor);
  }

  private write(): void {
    const lines = this.waiting;
    if (lines === '') return;
    this.waiting = '';
    try {
      this.descriptor ??= openSync(this.path, 'w');
      writeFileSync(this.descriptor, lines);
      this.isFull = false;
    } catch (error) {
      if (!this.isFull) this.onError(`${this.path}: ${(error as Error).message}`);
      this.isFull = true;
    }
  }
}

/** The name without the hash at the end of generated names. */
function sourceOf({ name, version }: FunctionVersion): string {
  return `${name.replace(/[0-9A-F]{8}$/, '')}:${version}`;
}

/** Whether the process could not write the error itself. */
function isProcessFailure(payload: string): boolean {
  return /"errorType":"(Sandbox|Function|Runtime\.(ExitError|OutOfMemory))/.test(payload);
}

/** The message of a line that is an error: structured lines by their level, others by their stream. */
function errorIn(line: string, stream: 'stdout' | 'stderr'): string | undefined {
  if (!line.startsWith('{')) return stream === 'stderr' ? line : undefined;
  try {
    const { level, message, errorMessage, errorType, error } = JSON.parse(line);
    if (!/^(error|critical|fatal)$/i.test(level ?? '')) return undefined;
    const cause = error?.message ?? errorMessage;
    return [message ?? errorType, cause].filter(Boolean).join(': ');
  } catch {
    return stream === 'stderr' ? line : undefined;
  }
}
