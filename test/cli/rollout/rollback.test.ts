/** A rollback needs Lambda alone: it works while S3, Step Functions or CloudFormation fail. */

import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListFunctionsCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
} from '@aws-sdk/client-lambda';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { rollbackCommand } from '../../../cli/rollout/commands/rollback.ts';
import type { Connection } from '../../../cli/rollout/connection.ts';
import type { DeployedEndpoint } from '../../../cli/rollout/deployed-endpoint.ts';
import { NotDeployedError } from '../../../cli/rollout/errors.ts';
import { findForRollback } from '../../../cli/rollout/rollback-endpoint.ts';
import type { Terminal } from '../../../cli/terminal/terminal.ts';
import { KEYS } from '../../../functions/contract.ts';
import { type Objects, StoreUnavailableError } from '../../../functions/platform/objects.ts';
import type { TickRecord } from '../../../functions/records/tick-record.ts';
import { aliases } from '../../rollout/fixtures/aliases.ts';
import { fakeClients } from '../../standing/fake-clients.ts';
import { record } from '../../standing/readings.ts';

const CANARY = { version: '1', weights: { 2: 0.1 } };
const note = { by: 'rollout', at: '2026-11-22T12:00:00Z' };

/** A client whose commands get these answers. */
function clientOf<T>(prototype: T, send: (command: object) => unknown): T {
  return Object.assign(Object.create(prototype as object), { send: async (command: object) => send(command) });
}

function recordingTerminal() {
  const printed: string[] = [];
  const notes: string[] = [];
  const terminal = { print: (text: string) => printed.push(text), note: (text: string) => notes.push(text) };
  return { terminal: terminal as unknown as Terminal, printed, notes };
}

const unavailable = async (key: string) => {
  throw new StoreUnavailableError('read', key, { cause: new Error('503 Slow Down') });
};
const S3_DOWN = { getJson: unavailable, findJson: unavailable, list: unavailable, putJson: unavailable };
const STATES_DOWN = {
  send: async () => {
    throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
  },
};

interface Faults {
  readonly s3?: boolean;
  readonly states?: boolean;
  /** The last tick's record. */
  readonly status?: Partial<TickRecord>;
  /** Status of the last execution; default: there is none. */
  readonly execution?: string;
}

/** An endpoint with an alias in the emulator's Lambda, which has three versions. */
function endpoint(change: Parameters<ReturnType<typeof aliases>['functions']['setAlias']>[2], faults: Faults) {
  const { live, functions } = aliases();
  functions.setAlias('detect', 'live', change);
  const clients = fakeClients(faults.execution ?? 'none');
  if (faults.status) clients.stored.set(KEYS.status(clients), { ...record, ...faults.status });
  const putJson = async (key: string, value: unknown) => void clients.stored.set(key, value);
  const versions = ['$LATEST', '1', '2', '3'].map((Version) => ({ Version }));
  const deployed = {
    ...clients,
    live,
    lambda: clientOf(LambdaClient.prototype, () => ({ Versions: versions })),
    objects: (faults.s3 ? S3_DOWN : { ...clients.objects, putJson }) as unknown as Objects,
    machines: (faults.states ? STATES_DOWN : clients.machines) as unknown as SFNClient,
  } as unknown as DeployedEndpoint;
  return { deployed, stored: clients.stored, routing: () => functions.getAlias('detect', 'live') };
}

describe('while services fail', () => {
  test('S3 and Step Functions: a canary goes back by the alias, and each failure is a warning', async () => {
    const { deployed, routing } = endpoint(CANARY, { s3: true, states: true });
    const { terminal, printed, notes } = recordingTerminal();
    await rollbackCommand(deployed, { by: 'Ann' }, terminal);
    expect(routing()).toMatchObject({ version: '1', weights: {} });
    expect(printed.join()).toContain('count-cars: version 1: 90 %, version 2: 10 % → version 1: 100 %');
    expect(notes.map((text) => text.slice(0, 60))).toEqual([
      'Warning: the running rollout (Step Functions) could not be read, so th'.slice(0, 60),
      "Warning: the last tick's record (S3) could not be read, so t".slice(0, 60),
      'Warning: the rollback order was not stored (StoreUnavailable'.slice(0, 60),
      'Warning: the record of this rollback could not be written: S'.slice(0, 60),
    ]);
  });

  test('S3 and Step Functions: after the end of a rollout it goes to the previous version of the note', async () => {
    const after = { version: '3', description: JSON.stringify({ ...note, previous: '2', rollout: '3', move: 2 }) };
    const { deployed, routing } = endpoint(after, { s3: true, states: true });
    await rollbackCommand(deployed, { by: 'Ann' }, recordingTerminal().terminal);
    expect(routing()).toMatchObject({ version: '2', weights: {} });
  });

  test('S3: the execution says that a rollout is running in its shadow', async () => {
    const { deployed, routing } = endpoint({ version: '3' }, { s3: true, execution: 'RUNNING' });
    const { terminal, printed } = recordingTerminal();
    await rollbackCommand(deployed, { by: 'Ann', json: true }, terminal);
    expect(JSON.parse(printed.join())).toMatchObject({ from: '4', after: 'version 3: 100 %', ends_rollout_of: '4' });
    expect(JSON.parse(routing().description)).toMatchObject({ by: 'Ann' });
  });

  test('Step Functions: the last record says that a rollout is running, which ends', async () => {
    const status = { version: '2', stable_version: '1' };
    const { deployed, stored, routing } = endpoint(CANARY, { states: true, status });
    await rollbackCommand(deployed, { by: 'Ann' }, recordingTerminal().terminal);
    expect(routing()).toMatchObject({ version: '1', weights: {} });
    expect(stored.get(KEYS.control(deployed))).toMatchObject({ version: '2', kind: 'rollback', by: 'Ann' });
  });

  test('Step Functions: a candidate with all traffic may be in its bake, so its rollout ends', async () => {
    const bake = { version: '3', description: JSON.stringify({ ...note, previous: '1', rollout: '3', move: 2 }) };
    const { deployed, stored, routing } = endpoint(bake, { states: true });
    await rollbackCommand(deployed, { by: 'Ann' }, recordingTerminal().terminal);
    expect(routing()).toMatchObject({ version: '1' });
    expect(stored.get(KEYS.control(deployed))).toMatchObject({ version: '3', kind: 'rollback' });
  });

  test('--to works without records and without a list of versions', async () => {
    const { deployed, routing } = endpoint({ version: '3' }, { s3: true, states: true });
    const lambda = clientOf(LambdaClient.prototype, () => {
      throw new Error('Rate exceeded');
    });
    await rollbackCommand({ ...deployed, lambda }, { by: 'Ann', to: '2' }, recordingTerminal().terminal);
    expect(routing()).toMatchObject({ version: '2' });
  });

  test('a service that does not answer delays the rollback by seconds only', async () => {
    const { deployed, routing } = endpoint(CANARY, {});
    const hangs = () => new Promise<never>(() => {});
    const objects = { findJson: hangs, putJson: hangs, list: hangs } as unknown as Objects;
    jest.useFakeTimers();
    try {
      const { terminal, notes } = recordingTerminal();
      const done = rollbackCommand({ ...deployed, objects }, { by: 'Ann' }, terminal);
      await jest.advanceTimersByTimeAsync(30_000);
      await done;
      expect(routing()).toMatchObject({ version: '1', weights: {} });
      expect(notes[0]).toContain('no response within 5 s');
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('while CloudFormation fails', () => {
  const statusFunction = (deployment: string) => ({
    FunctionArn: `arn:${deployment}`,
    Environment: {
      Variables: {
        ENDPOINT_NAME: 'count-cars',
        DETECT_FUNCTION: `${deployment}-detect`,
        ROLLOUT_MACHINE: `arn:machine:${deployment}`,
        BUCKET_NAME: `${deployment}-bucket`,
      },
    },
  });

  function connection(configuration: object = {}): Connection {
    const throttled = () => {
      throw Object.assign(new Error('Rate exceeded'), { name: 'Throttling' });
    };
    const answer = (command: object) => {
      if (command instanceof ListFunctionsCommand)
        return { Functions: [{ FunctionArn: 'arn:other' }, statusFunction('staging'), statusFunction('prod')] };
      if (command instanceof ListTagsCommand) {
        const deployment = String(command.input.Resource).replace('arn:', '');
        if (deployment === 'staging')
          throw Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
        return { Tags: { deployment } };
      }
      if (command instanceof GetFunctionConfigurationCommand) return configuration;
      if (command instanceof ListVersionsByFunctionCommand) return { Versions: [] };
      throw new Error(`unexpected ${command.constructor.name}`);
    };
    return {
      stacks: clientOf(CloudFormationClient.prototype, throttled),
      lambda: clientOf(LambdaClient.prototype, answer),
      machines: {} as SFNClient,
      s3: {} as Connection['s3'],
    };
  }

  test('the status function of this deployment has the names', async () => {
    const { terminal, notes } = recordingTerminal();
    const found = await findForRollback(connection(), { deployment: 'prod', endpoint: 'count-cars' }, terminal);
    expect(found).toMatchObject({ functionName: 'prod-detect', machine: 'arn:machine:prod' });
    expect(found.objects.bucket).toBe('prod-bucket');
    expect(notes).toEqual([
      'Warning: CloudFormation failed, so the functions of the account are searched: Throttling: Rate exceeded',
    ]);
  });

  test('without such a function the error names --function', async () => {
    const search = findForRollback(
      connection(),
      { deployment: 'test', endpoint: 'count-cars' },
      recordingTerminal().terminal,
    );
    await expect(search).rejects.toThrow(
      new NotDeployedError(
        'Expected a status function of count-cars of test, received none: name its detect function (--function)',
      ),
    );
  });

  const settings = (name: string) => ({
    Environment: { Variables: { ENDPOINT_SETTINGS: JSON.stringify({ name }), BUCKET_NAME: 'prod-bucket' } },
  });
  const named = { deployment: 'prod', endpoint: 'count-cars', functionName: 'prod-detect' };

  test('--function goes by that function alone', async () => {
    const { terminal, notes } = recordingTerminal();
    const found = await findForRollback(connection(settings('count-cars')), named, terminal);
    expect(found).toMatchObject({ functionName: 'prod-detect', endpoint: 'count-cars' });
    expect(found.objects.bucket).toBe('prod-bucket');
    expect(notes).toEqual(['Going by the function prod-detect alone, without its stack']);
  });

  test('--function refuses the function of another endpoint', async () => {
    const search = findForRollback(connection(settings('predict')), named, recordingTerminal().terminal);
    await expect(search).rejects.toThrow(
      'Expected the detect function of count-cars for --function, received prod-detect, which belongs to predict',
    );
  });
});
