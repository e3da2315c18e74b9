/** A laptop that is killed and started again in the same home, on the same ports. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { type DeployedBatch, findBatch } from '../../cli/batch/deployed-batch.ts';
import { clientSettings } from '../../cli/rollout/connection.ts';
import { functionProcesses } from '../hostile/processes.ts';

const PROJECT = resolve(import.meta.dirname, '../..');

export class KilledLaptop {
  private readonly home: string;
  private readonly port: number;
  private readonly args: readonly string[];
  private child: ChildProcess | undefined;

  private constructor(home: string, port: number, args: readonly string[]) {
    this.home = home;
    this.port = port;
    this.args = args;
  }

  /** @param args as after `npm start --` */
  static async start(home: string, args: readonly string[]): Promise<KilledLaptop> {
    const laptop = new KilledLaptop(home, await freePort(), args);
    await laptop.begin();
    return laptop;
  }

  private async begin(): Promise<void> {
    const given = ['local/main.ts', '--port', String(this.port), '--home', this.home, ...this.args];
    this.child = spawn(process.execPath, given, { cwd: PROJECT, stdio: ['ignore', 'pipe', 'inherit'] });
    await ready(this.child);
  }

  private get options() {
    return { local: true, home: this.home, deployment: 'batch-bench' } as const;
  }

  s3(): S3Client {
    return new S3Client({ ...clientSettings(this.options), forcePathStyle: true });
  }

  find(): Promise<DeployedBatch> {
    return findBatch('cars', this.options);
  }

  /** Runs `npm run batch -- <command> cars`. Resolves with its JSON. */
  async command<T>(command: string, ...args: readonly string[]): Promise<T> {
    const target = ['--local', '--home', this.home, '--deployment', 'batch-bench', '--json'];
    const given = ['cli/batch.ts', command, 'cars', ...target, ...args];
    const { stdout } = await promisify(execFile)(process.execPath, given, { cwd: PROJECT, maxBuffer: 2 ** 26 });
    return JSON.parse(stdout) as T;
  }

  /** Kills one process of a function (`kill -9`). @returns whether there was one */
  killChild(): boolean {
    const [pid] = [...functionProcesses(this.child?.pid ?? 0).keys()];
    if (pid === undefined) return false;
    process.kill(pid, 'SIGKILL');
    return true;
  }

  /** Kills the laptop (`kill -9`), and starts it again. @returns seconds until it was ready */
  async crash(): Promise<number> {
    const start = performance.now();
    this.child?.kill('SIGKILL');
    if (this.child) await once(this.child, 'exit');
    await this.begin();
    return (performance.now() - start) / 1000;
  }

  /** Address of the route of the endpoint. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/cars`;
  }

  async stop(): Promise<void> {
    if (!this.child || this.child.exitCode !== null) return;
    this.child.kill('SIGINT');
    await once(this.child, 'exit');
  }
}

/** Below the ports of outgoing connections, because a laptop that starts again needs the same two. */
const PORTS = { first: 10_000, count: 20_000 };

async function freePort(): Promise<number> {
  const port = PORTS.first + Math.floor(PORTS.count * Math.random());
  try {
    for (const each of [port, port + 1]) {
      const server = createServer().listen(each, '127.0.0.1');
      await once(server, 'listening');
      server.close();
      await once(server, 'close');
    }
    return port;
  } catch {
    return freePort();
  }
}

/** Reads its output to the end, so that its access log does not fill the pipe. */
function ready(child: ChildProcess): Promise<void> {
  const lines: string[] = [];
  return new Promise((settle, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      if (line.startsWith('ready')) settle();
      else if (lines.length < 1000) lines.push(line);
    });
    child.once('exit', () => reject(new Error(`Expected a laptop that starts, received\n${lines.join('\n')}`)));
  });
}
