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
async function judge(clients: FakeClients, answer: StartAnswer, options = OPTIONS) {
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
  await startCommand(deployed as unknown as DeployedEndpoint, options, terminal);
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

const STEPS = [
  { kind: 'golden', words: 'golden gate' },
  BY_PEOPLE,
  { kind: 'weight', percent: 50, words: 'canary at 50 %' },
] as const;

test('while people judge already, it names their page, and ends well', async () => {
  const clients = fakeClients();
  tick(clients, { step: BY_PEOPLE, steps: STEPS, step_number: 1 });
  const words = `People can judge version 4 of count-cars already: ${PAGE}`;
  expect(await judge(clients, started)).toEqual({ printed: [words], requests: [] });
  expect((await judge(clients, started, { ...OPTIONS, json: true })).printed).toEqual([
    JSON.stringify({ endpoint: 'count-cars', version: '4', started: false, words }),
  ]);
  await expect(judge(clients, started, { ...OPTIONS, version: '3' })).rejects.toThrow(
    'Cannot start version 3 of count-cars: a rollout of version 4 is running; npm run rollout -- rollback count-cars',
  );
});

test('before the shadow it names the step that comes first', async () => {
  const clients = fakeClients();
  tick(clients, { step: STEPS[0], steps: STEPS, step_number: 0 });
  expect((await judge(clients, started)).printed).toEqual([
    `People can judge version 4 of count-cars soon: it is in step 1 of 3, golden gate. Then: ${PAGE}`,
  ]);
});

test('after people have judged, it says their verdict and the present step, and ends well', async () => {
  const clients = { ...fakeClients(), given: { local: true, port: '9000' } };
  const tally = { sample: [[1, 20]] as const, preferred: 20, unclear: 0, open: 3 };
  const alpha = { rollback: 0.001, promote: 0.01 };
  const finding = { kind: 'truth', outcome: 'promote', tally, test: { goal: 'better' }, alpha } as const;
  tick(clients, { tick: 11, step: BY_PEOPLE, steps: STEPS, step_number: 2, findings: [finding] });
  tick(clients, { step: STEPS[2], steps: STEPS, step_number: 2 });
  expect((await judge(clients, started)).printed).toEqual([
    'People have judged version 4 of count-cars: 20 pictures judged by people: the candidate is more right ' +
      'on 20, live on 0, both are equally right on 0: better with 99 % certainty. Its ' +
      'rollout is in step 3 of 3, canary at 50 %: follow it with ' +
      'npm run rollout -- watch count-cars --version 4 --local --port 9000',
  ]);
});

test('the commands that it prints have the options that it was given', async () => {
  const clients = {
    ...fakeClients('FAILED'),
    given: { local: true, home: '/other', port: '9000', deployment: 'mine' },
  };
  tick(clients, { status: 'rolled back' });
  expect((await judge(clients, started)).printed).toEqual([
    'Rollout of version 4 started, against version 3: follow it with npm run rollout -- watch count-cars --version 4 ' +
      '--local --home /other --port 9000 --deployment mine. Let people judge the pictures that differ: ' +
      'https://api.example/status/count-cars/judge (with IAM: npm run console -- --local --home /other --deployment ' +
      'mine, then /status/count-cars/judge)',
  ]);
  const running = { ...fakeClients(), given: { local: true } };
  tick(running, {});
  await expect(judge(running, started)).rejects.toThrow('npm run rollout -- rollback count-cars --local ends it');
});

test('a plan without a shadow is refused', async () => {
  await expect(judge(fakeClients('none'), { started: false, reason: 'no-shadow' })).rejects.toThrow(
    'Cannot let people judge version 4 of count-cars: its plan has no shadow. Add one and deploy',
  );
});

test('an endpoint that captures nothing is refused, with the setting', async () => {
  await expect(judge(fakeClients('none'), { started: false, reason: 'no-capture' })).rejects.toThrow(
    'Cannot let people judge version 4 of count-cars: expected an endpoint with capture over 0, because a shadow ' +
      'replays captured inputs, received 0. Change the setting capture and deploy',
  );
});
