/** Writes the output of functions to a file for each function, and reports errors to the console. */

import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { FunctionVersion } from './function-types.ts';
import type { Report } from './outcome.ts';

/** Characters of an error on the console. */
const SHORT = 200;

export class FunctionLogs {
  private readonly folder: string;
  private readonly onError: (source: string, message: string) => void;
  private readonly files = new Map<string, WriteStream>();

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

  async close(): Promise<void> {
    await Promise.all([...this.files.values()].map((file) => new Promise((resolve) => file.end(resolve))));
  }

  private write(name: string, text: string): void {
    const file = this.files.get(name) ?? createWriteStream(join(this.folder, `${name}.log`));
    this.files.set(name, file);
    // So that the lines of one turn of the event loop are one write.
    if (file.writableCorked === 0) {
      file.cork();
      setImmediate(() => file.uncork());
    }
    file.write(`${new Date().toISOString()}\t${text}\n`);
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
