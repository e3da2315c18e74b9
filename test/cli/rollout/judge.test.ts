/** `rollout judge`: what it starts, refuses and says. */

import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type StartOptions, startCommand } from '../../../cli/rollout/commands/start.ts';
import type { DeployedEndpoint } from '../../../cli/rollout/deployed-endpoint.ts';
import type { Terminal } from '../../../cli/terminal/terminal.ts';
import type { StartAnswer } from '../../../functions/records/start-request.ts';
import { type FakeClients, fakeClients, tick } from '../../standing/fake-clients.ts';

const BY_PEOPLE = { kind: 'shadow', baseline: 'live', judge: 'people', words: 'shadow judged by people' } as const;
const OPTIONS: StartOptions = { by: 'Ann', judge: 'people' };
const PAGE = 'https://api.example/status/count-cars/judge (with IAM: npm run console, then /status/count-cars/judge)';

/** Runs the command. @param answer of the rollout function */
async function judge(clients: FakeClients, answer: StartAnswer) {
  const printed: string[] = [];
  const requests: unknown[] = [];
  const send = async (command: object) => {
    if (!(command instanceof InvokeCommand)) return { Versions: [{ Version: '3' }, { Version: '4' }] };
    requests.push(JSON.parse(new TextDecoder().decode(command.input.Payload as Uint8Array)));
    return { Payload: new TextEncoder().encode(JSON.stringify(answer)) };
  };
  const lambda = Object.assign(new LambdaClient({ region: 'eu-central-1' }), { send });
  const deployed = { ...clients, lambda, api: 'https://api.example', rolloutFunction: 'rollout' };
  const terminal = { print: (text: string) => void printed.push(text) } as unknown as Terminal;
  await startCommand(deployed as unknown as DeployedEndpoint, OPTIONS, terminal);
  return { printed, requests };
}

const started: StartAnswer = { started: true, execution: 'v4-abc', stable: '3' };

test('after a rollback it starts a rollout that people judge, and names the page', async () => {
  const clients = fakeClients('FAILED');
  tick(clients, { status: 'rolled back' });
  const { printed, requests } = await judge(clients, started);
  expect(requests).toEqual([expect.objectContaining({ kind: 'start', version: '4', by: 'Ann', judge: 'people' })]);
  expect(printed).toEqual([
    'Rollout of version 4 started, against version 3: follow it with npm run rollout -- watch count-cars ' +
      `--version 4. Let people judge the pictures that differ: ${PAGE}`,
  ]);
});

test('while a rollout runs or is held, it is refused, with the command that ends it', async () => {
  for (const status of ['running', 'held'] as const) {
    const clients = fakeClients();
    tick(clients, { status });
    await expect(judge(clients, started)).rejects.toThrow(
      'Cannot start version 4 of count-cars: a rollout of version 4 is running; ' +
        'npm run rollout -- rollback count-cars ends it',
    );
  }
});

test('while people judge already, it names their page', async () => {
  const clients = fakeClients();
  tick(clients, { step: BY_PEOPLE, steps: [{ kind: 'golden', words: 'golden gate' }, BY_PEOPLE], step_number: 1 });
  await expect(judge(clients, started)).rejects.toThrow(`ends it. People judge it already: ${PAGE}`);
});

test('a plan without a shadow is refused', async () => {
  await expect(judge(fakeClients('none'), { started: false, reason: 'no-shadow' })).rejects.toThrow(
    'Cannot let people judge version 4 of count-cars: its plan has no shadow. Add one and deploy',
  );
});
