/** Where the lines go that functions write: whole into a file each, errors also to whoever watches. */

import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { FunctionVersion } from './function-types.ts';
import type { Report } from './report.ts';

const SHORT = 200;

export class FunctionLogs {
  private readonly folder: string;
  private readonly onError: (source: string, message: string) => void;
  private readonly files = new Map<string, WriteStream>();

  /** @param onError hears of errors, one short line each */
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

  /** Lambda's REPORT line. */
  report({ destination, requestId, durationMs, initMs, maxMemoryMb, failed, throttled, payload }: Report): void {
    const { version } = destination;
    const init = initMs === undefined ? '' : `\tInit Duration: ${initMs.toFixed(2)} ms`;
    const memory = `\tMemory Size: ${version.memoryMb} MB\tMax Memory Used: ${maxMemoryMb} MB`;
    const status = failed ? `\tError: ${payload}` : '';
    this.write(
      version.name,
      `${version.version}\tREPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms${memory}${init}${status}`,
    );
    if (throttled) this.onError(sourceOf(version), 'throttled: all places are taken');
    if (failed && isDeath(payload)) this.onError(sourceOf(version), JSON.parse(payload).errorMessage);
  }

  async close(): Promise<void> {
    await Promise.all([...this.files.values()].map((file) => new Promise((resolve) => file.end(resolve))));
  }

  private write(name: string, text: string): void {
    const file = this.files.get(name) ?? createWriteStream(join(this.folder, `${name}.log`));
    this.files.set(name, file);
    file.write(`${new Date().toISOString()}\t${text}\n`);
  }
}

/** The hash at the end of a generated name tells nothing to a reader. */
function sourceOf({ name, version }: FunctionVersion): string {
  return `${name.replace(/[0-9A-F]{8}$/, '')}:${version}`;
}

/** Errors that the process could not write down itself. */
function isDeath(payload: string): boolean {
  return /"errorType":"(Sandbox|Function|Runtime\.(ExitError|OutOfMemory))/.test(payload);
}

/** What is said in a line that tells an error. Structured logs say so themselves; other lines by their stream. */
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
