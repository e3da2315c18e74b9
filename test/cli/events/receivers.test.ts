/** `npm run events`: secrets, notes, and what was given up. */

import { GetParameterCommand, ParameterNotFound, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Webhook } from 'standardwebhooks';
import {
  changeSecret,
  enable,
  type Receivers,
  readStatus,
  redrive,
  setAddress,
} from '../../../cli/events/receivers.ts';
import { signatureHeaders } from '../../../functions/webhooks/signature.ts';
import { ssmApi } from '../../../local/cloudformation/account-api.ts';
import { inProcess } from '../../local/fixtures/in-process.ts';

function receivers({ dead = '0', stored = new Map<string, unknown>() } = {}) {
  const calls: object[] = [];
  const queue = (name: string) => ({ queue: `https://sqs/${name}`, deadLetters: `https://sqs/${name}-dead` });
  const all: Receivers = {
    deployment: 'small',
    queues: { bus: queue('bus'), orders: queue('orders'), slack: queue('slack') },
    objects: { bucket: 'bucket', findJson: async (key) => stored.get(key) },
    ssm: new SSMClient(inProcess(ssmApi())),
    sqs: {
      send: async ({ input }: { input: { QueueUrl?: string } }) => {
        if (input.QueueUrl === undefined) return calls.push(input);
        const count = input.QueueUrl.endsWith('dead') ? dead : '3';
        return {
          Attributes: {
            QueueArn: `arn:${input.QueueUrl}`,
            ApproximateNumberOfMessages: count,
            ApproximateNumberOfMessagesNotVisible: '1',
          },
        };
      },
    } as unknown as Receivers['sqs'],
    s3: { send: async ({ input }: { input: object }) => calls.push(input) } as unknown as Receivers['s3'],
  };
  return { all, calls, stored };
}

test('a new secret signs besides the one before, and the one before that no more', async () => {
  const { all } = receivers();
  const [first, second, third] = [
    await changeSecret(all, 'orders'),
    await changeSecret(all, 'orders'),
    await changeSecret(all, 'orders'),
  ];
  const { Parameter } = await all.ssm.send(
    new GetParameterCommand({ Name: '/small/events/orders', WithDecryption: true }),
  );
  expect(Parameter).toMatchObject({ Type: 'SecureString', Value: `${third} ${second}` });
  const headers = signatureHeaders({ id: 'e', at: new Date(), body: '{}' }, Parameter?.Value ?? '');
  for (const secret of [second, third]) expect(new Webhook(secret).verify('{}', headers)).toEqual({});
  expect(() => new Webhook(first).verify('{}', headers)).toThrow('No matching signature');
});

test('only a webhook of the deployment gets a secret', async () => {
  const { all } = receivers();
  await expect(changeSecret(all, 'other')).rejects.toThrow('Expected one of bus, orders, slack, received other');
  await expect(changeSecret(all, 'slack')).rejects.toThrow('Expected the name of a webhook, received slack');
  await expect(changeSecret(all, 'bus')).rejects.toThrow('Expected the name of a webhook, received bus');
});

test('the address of Slack is checked; the message does not have it', async () => {
  const { all } = receivers();
  await expect(setAddress(all, 'slack', 'http://hooks.example.com/secret')).rejects.toThrow(
    /^Expected an https address for slack$/,
  );
  await setAddress(all, 'slack', 'https://hooks.example.com/secret');
});

test('the status has what waits, what was given up, and since when a receiver wants no more', async () => {
  const note = { at: '2026-11-26T12:00:00.000Z' };
  const { all } = receivers({ dead: '2', stored: new Map([['events/disabled/orders.json', note]]) });
  const counts = { waiting: 3, attempted: 1, deadLetters: 2 };
  expect(await readStatus(all)).toEqual([
    { name: 'bus', ...counts },
    { name: 'orders', ...counts, disabledAt: note.at },
    { name: 'slack', ...counts },
  ]);
});

test('a redrive starts a task of SQS only where something was given up', async () => {
  const none = receivers();
  expect(await redrive(none.all, 'orders')).toBe(0);
  expect(none.calls).toEqual([]);
  const some = receivers({ dead: '2' });
  expect(await redrive(some.all, 'orders')).toBe(2);
  expect(some.calls).toEqual([{ SourceArn: 'arn:https://sqs/orders-dead' }]);
});

test('a receiver that wanted no more events is enabled', async () => {
  const { all, calls } = receivers({ stored: new Map([['events/disabled/orders.json', {}]]) });
  expect(await enable(all, 'slack')).toBe(false);
  expect(await enable(all, 'orders')).toBe(true);
  expect(calls).toEqual([{ Bucket: 'bucket', Key: 'events/disabled/orders.json' }]);
});

describe('parameters of the emulator', () => {
  const put = (client: SSMClient, more: object = {}) =>
    client.send(new PutParameterCommand({ Name: '/a/b', Value: 'v', Type: 'SecureString', ...more }));

  test('are overwritten only when the request says so', async () => {
    const client = new SSMClient(inProcess(ssmApi()));
    expect(await put(client)).toMatchObject({ Version: 1 });
    await expect(put(client)).rejects.toThrow('The parameter already exists.');
    expect(await put(client, { Overwrite: true })).toMatchObject({ Version: 2 });
  });

  test('are refused with names and values that Systems Manager refuses', async () => {
    const client = new SSMClient(inProcess(ssmApi()));
    await expect(put(client, { Name: '/aws/x' })).rejects.toThrow('Parameter name is not valid.');
    await expect(put(client, { Name: 'a b' })).rejects.toThrow('Parameter name is not valid.');
    await expect(put(client, { Value: 'x'.repeat(4097) })).rejects.toThrow('maximum parameter value of 4096');
    await expect(put(client, { Tier: 'Advanced' })).rejects.toThrow('The parameter Tier of PutParameter');
  });

  test('are shown as text with decryption alone; an absent one is not found', async () => {
    const client = new SSMClient(inProcess(ssmApi()));
    await put(client);

    const shown = await client.send(new GetParameterCommand({ Name: '/a/b' }));
    expect(shown.Parameter?.Value).not.toBe('v');
    await expect(client.send(new GetParameterCommand({ Name: '/c' }))).rejects.toBeInstanceOf(ParameterNotFound);
  });
});
