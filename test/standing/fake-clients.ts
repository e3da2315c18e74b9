/** An endpoint whose aliases, executions and objects lie in memory. */

import type { LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { KEYS } from '../../functions/contract.ts';
import type { Alias, AliasState } from '../../functions/platform/alias.ts';
import { ObjectChangedError, ObjectNotFoundError, type Objects } from '../../functions/platform/objects.ts';
import { recordsFolder } from '../../functions/records/execution.ts';
import type { TickRecord } from '../../functions/records/tick-record.ts';
import type { EndpointClients } from '../../functions/standing/clients.ts';
import { execution, live, record } from './readings.ts';

/** The clients, what lies in its bucket, and what was read of it. */
export interface FakeClients extends EndpointClients {
  readonly stored: Map<string, unknown>;
  /** Keys in the order of the reads. */
  readonly reads: string[];
  /** Name of its last execution. */
  readonly last: { name: string };
  /** Versions whose settings were read. */
  readonly settingsReads: string[];
}

/**
 * An endpoint as in `readings.ts`: version 4 against version 3 at 10 %.
 * @param status of the execution; `none`: there is none
 */
export function fakeClients(status = 'RUNNING', alias: AliasState = live): FakeClients {
  const stored = new Map<string, unknown>();
  const reads: string[] = [];
  const settingsReads: string[] = [];
  const { endpoint } = record;
  const last = { name: execution.name };
  return {
    endpoint,
    functionName: 'cars',
    machine: 'arn:machine',
    stored,
    reads,
    settingsReads,
    last,
    objects: objectsOf(stored, reads),
    lambda: {
      send: async ({ input }: { input: { Qualifier: string } }) => {
        settingsReads.push(input.Qualifier);
        return { Environment: { Variables: { ENDPOINT_SETTINGS: '{"models":["counter-nano"]}' } } };
      },
    } as unknown as LambdaClient,
    machines: {
      send: async (command: object) => {
        const input = JSON.stringify(execution.input);
        if (command instanceof DescribeExecutionCommand) return { ...last, status, input };
        return { executions: status === 'none' ? [] : [{ executionArn: 'arn:execution', status }] };
      },
    } as unknown as SFNClient,
    live: { read: async () => alias } as unknown as Alias,
    newest: { read: async () => ({ routing: { version: '4' }, revision: 'r' }) } as unknown as Alias,
  };
}

/** Leaves a tick's record behind, as the controller does. */
export function tick(clients: FakeClients, changes: Partial<TickRecord>): void {
  const made = { ...record, ...changes };
  clients.stored.set(KEYS.status(clients), made);
  clients.stored.set(KEYS.audit(recordsFolder(clients, made.execution), made.tick), made);
}

function objectsOf(stored: Map<string, unknown>, reads: string[]): Objects {
  const tagOf = (key: string) => (stored.has(key) ? JSON.stringify(stored.get(key)) : undefined);
  return {
    findTagged: async (key: string) => (stored.has(key) ? { value: stored.get(key), tag: tagOf(key) } : undefined),
    replaceJson: async (key: string, value: unknown, tag: string | undefined) => {
      if (tagOf(key) !== tag) throw new ObjectChangedError(key);
      stored.set(key, value);
    },
    putJson: async (key: string, value: unknown) => void stored.set(key, value),
    getJson: async (key: string) => {
      reads.push(key);
      if (!stored.has(key)) throw new ObjectNotFoundError(key);
      return stored.get(key);
    },
    findJson: async (key: string) => {
      reads.push(key);
      return stored.get(key);
    },
    exists: async (key: string) => stored.has(key),
    list: async (prefix: string, { after = '', most }: { after?: string; most: number }) =>
      [...stored.keys()]
        .filter((key) => key.startsWith(prefix) && key > after)
        .toSorted()
        .slice(0, most),
    presignGet: async (key: string, seconds: number) => ({
      url: `https://bucket/${key}?for=${seconds}`,
      expires_at: '',
    }),
  } as unknown as Objects;
}
