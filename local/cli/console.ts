/** The terminal output of `npm start`. */

import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import type { Access } from '../http-api/server.ts';

/** Progress is shown when the start takes longer than this, ms. */
const PROGRESS_AFTER_MS = 1000;

export class Console {
  private readonly out: WriteStream;
  private readonly heldBack: string[] = [];
  private isHeldBack = true;

  constructor(out: WriteStream) {
    this.out = out;
  }

  line(text: string): void {
    this.out.write(`${text}\n`);
  }

  /** Aligned pairs of name and value. */
  table(rows: readonly [string, string][]): void {
    const width = Math.max(...rows.map(([name]) => name.length));
    for (const [name, value] of rows) this.line(`${name.padEnd(width)}  ${value}`);
  }

  /** A line of progress, shown after `PROGRESS_AFTER_MS`. */
  readonly progress = (text: string): void => {
    if (this.heldBack.length === 0 && this.isHeldBack) setTimeout(() => this.showProgress(), PROGRESS_AFTER_MS).unref();
    this.heldBack.push(text);
    if (!this.isHeldBack) this.showProgress();
  };

  /** Shows the lines of progress so far, and further ones at once. */
  showProgress(): void {
    this.isHeldBack = false;
    for (const text of this.heldBack.splice(0)) this.line(`… ${text}`);
  }

  readonly error = (source: string, message: string): void => {
    this.line(`${styleText('red', source, { stream: this.out })}  ${message}`);
  };

  /** One line for each request, on a terminal only. */
  readonly access = ({ method, path, status, durationMs, version }: Access): void => {
    if (!this.out.isTTY) return;
    this.line(`${status} ${method} ${path}  ${durationMs.toFixed(0)} ms${version ? `  version ${version}` : ''}`);
  };
}
