/** The receiver of events as a process of its own, and what it got. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { RECEIVER_PORT } from './receiver-port.ts';

/** What the receiver got. */
export interface Received {
  /** Requests that it wrote, different events among them, and stored results without one. */
  readonly requests: number;
  readonly events: number;
  readonly lost: number;
  /** Events whose repetitions have other ids. */
  readonly unequalIds: number;
  /** Signatures that the libraries accepted; null: not verified, as Python lacks the library. */
  readonly verifiedByNode: number;
  readonly verifiedByPython: number | null;
}

/** Its secret. */
export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

export async function startReceiver(file: string): Promise<ChildProcess> {
  const args = [join(import.meta.dirname, 'receiver.ts'), String(RECEIVER_PORT), file];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

/** A request that it wrote. */
export interface ReceivedRequest {
  readonly headers: Record<string, string>;
  readonly body: string;
}

export function received(file: string): ReceivedRequest[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  // The last line is empty, or cut by a kill.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as ReceivedRequest);
}

export function subjectOf({ body }: ReceivedRequest): string {
  return (JSON.parse(body) as { subject: string }).subject;
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await setTimeout(250);
}

export async function judge(file: string, ids: readonly string[], note: (text: string) => void): Promise<Received> {
  const all = received(file);
  const byEvent = Map.groupBy(all, subjectOf);
  const webhook = new Webhook(SECRET);
  for (const { body, headers } of all) webhook.verify(body, headers);
  const idsOf = (requests: readonly ReceivedRequest[]) => new Set(requests.map(({ headers }) => headers['webhook-id']));
  return {
    requests: all.length,
    events: byEvent.size,
    lost: ids.filter((id) => !byEvent.has(id)).length,
    unequalIds: [...byEvent.values()].filter((requests) => idsOf(requests).size !== 1).length,
    verifiedByNode: all.length,
    verifiedByPython: await verifyByPython(file, note),
  };
}

/** With the Python of the variable PYTHON, by default `python3`. */
async function verifyByPython(file: string, note: (text: string) => void): Promise<number | null> {
  const python = process.env.PYTHON ?? 'python3';
  const hasLibrary = await promisify(execFile)(python, ['-c', 'import standardwebhooks']).then(
    () => true,
    () => false,
  );
  if (!hasLibrary) {
    note(`SKIPPED: ${python} has no standardwebhooks: no other language verifies the signatures (pip install it)`);
    return null;
  }
  const { stdout } = await promisify(execFile)(python, [join(import.meta.dirname, 'verify.py'), SECRET, file]);
  return Number(stdout);
}

/** Kills a receiver (`kill -9`) while events are on their way, and starts it again. */
export async function killReceiver(receiver: ChildProcess, file: string): Promise<ChildProcess> {
  receiver.kill('SIGKILL');
  await once(receiver, 'exit');
  return startReceiver(file);
}
