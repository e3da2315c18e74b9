/** What whoever started the laptop sees. */

import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import type { Access } from '../http-api/server.ts';

/** A step that takes longer than this says what it is doing, ms. */
const PATIENCE_MS = 1000;

export class Console {
  private readonly out: WriteStream;
  private readonly held: string[] = [];
  private isPatient = true;

  constructor(out: WriteStream) {
    this.out = out;
  }

  line(text: string): void {
    this.out.write(`${text}\n`);
  }

  /** Pairs of a name and what it stands for, aligned. */
  table(rows: readonly [string, string][]): void {
    const width = Math.max(...rows.map(([name]) => name.length));
    for (const [name, value] of rows) this.line(`${name.padEnd(width)}  ${value}`);
  }

  /** A line about what is being done, shown once it takes long enough to wonder. */
  readonly progress = (text: string): void => {
    if (this.held.length === 0 && this.isPatient) setTimeout(() => this.showProgress(), PATIENCE_MS).unref();
    this.held.push(text);
    if (!this.isPatient) this.showProgress();
  };

  /** Shows what progress was made too quickly to be shown. */
  showProgress(): void {
    this.isPatient = false;
    for (const text of this.held.splice(0)) this.line(`… ${text}`);
  }

  readonly error = (source: string, message: string): void => {
    this.line(`${styleText('red', source, { stream: this.out })}  ${message}`);
  };

  /** One line per request, for those who watch. */
  readonly access = ({ method, path, status, durationMs, version }: Access): void => {
    if (!this.out.isTTY) return;
    this.line(`${status} ${method} ${path}  ${durationMs.toFixed(0)} ms${version ? `  version ${version}` : ''}`);
  };
}
