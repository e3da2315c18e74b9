/** Each event is delivered, postponed by the schedule, or given up. */

import type { ChangeMessageVisibilityCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { type Destination, PAUSES } from '../../functions/events-contract.ts';
import { type Delivery, type DeliveryContext, deliver, pauseAfter } from '../../functions/webhooks/deliver.ts';
import { Disabled } from '../../functions/webhooks/disabled.ts';
import type { Answer } from '../../functions/webhooks/post.ts';

const QUEUE = 'arn:aws:sqs:eu-central-1:1:orders';
const ORDERS: Destination = {
  name: 'orders',
  kind: 'webhook',
  address: 'https://orders.example.com/events',
  parameter: '/small/events/orders',
  queue: 'https://sqs/orders',
  deadLetters: 'https://sqs/orders-dead',
};
const EVENT = { id: 'e1', type: 'result.stored', data: { count: 1 } };

interface Options {
  readonly send?: (delivery: Delivery) => Promise<Answer>;
  readonly destination?: Destination;
  readonly stored?: Map<string, unknown>;
}

function delivering({ send = async () => ({ status: 200 }), destination = ORDERS, stored = new Map() }: Options = {}) {
  const calls: object[] = [];
  const logged: [string, Readonly<Record<string, unknown>>][] = [];
  const objects = {
    findJson: async (key: string) => stored.get(key),
    putJson: async (key: string, value: unknown) => void stored.set(key, value),
  };
  const context: DeliveryContext = {
    destinations: new Map([['orders', destination]]),
    queues: {
      send: async ({ input }: ChangeMessageVisibilityCommand | SendMessageCommand) => calls.push(input),
    } as unknown as DeliveryContext['queues'],
    disabled: new Disabled(objects),
    send,
    log: (_level, message, about) => logged.push([message, about]),
    random: () => 0.5,
  };
  const failedOf = async (attempt = 1, body = JSON.stringify(EVENT), eventSourceARN = QUEUE) => {
    const attributes = { ApproximateReceiveCount: String(attempt) };
    const record = { messageId: 'm', receiptHandle: 'r', body, attributes, eventSourceARN };
    const { batchItemFailures } = await deliver({ Records: [record] } as unknown as SQSEvent, context);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { failedOf, calls, logged, stored };
}

test('2xx ends a delivery; the receiver gets the event as it came', async () => {
  const sent: Delivery[] = [];
  const { failedOf, calls } = delivering({ send: async (delivery) => ({ status: sent.push(delivery) && 204 }) });
  expect(await failedOf()).toEqual([]);
  expect(calls).toEqual([]);
  expect(sent).toEqual([{ destination: ORDERS, event: EVENT, body: JSON.stringify(EVENT) }]);
});

test.each([302, 400, 404, 429, 500, 503])('%i returns the event to its queue after a pause', async (status) => {
  const { failedOf, calls, logged } = delivering({ send: async () => ({ status }) });
  expect(await failedOf(3)).toEqual(['m']);
  expect(calls).toEqual([{ QueueUrl: ORDERS.queue, ReceiptHandle: 'r', VisibilityTimeout: 120 }]);
  expect(logged[0]?.[1]).toMatchObject({ destination: 'orders', event: 'e1', attempt: 3, status, pause: 120 });
});

test('an error, an event that is none, and a queue without destination return to the queue', async () => {
  const fails = delivering({ send: async () => Promise.reject(new Error('no connection')) });
  expect(await fails.failedOf()).toEqual(['m']);
  expect(await delivering().failedOf(1, 'text')).toEqual(['m']);
  const foreign = delivering();
  expect(await foreign.failedOf(1, undefined, 'arn:aws:sqs:eu-central-1:1:other')).toEqual(['m']);
  expect(foreign.calls).toEqual([]);
});

test('410 disables the receiver with a note; what is left goes to the dead letters at once', async () => {
  const send = jest.fn(async () => ({ status: 410 }));
  const { failedOf, calls, stored } = delivering({ send });
  expect(await failedOf()).toEqual([]);
  expect(await failedOf(2)).toEqual([]);
  expect(send).toHaveBeenCalledTimes(1);
  const dead = { QueueUrl: ORDERS.deadLetters, MessageBody: JSON.stringify(EVENT) };
  expect(calls).toEqual([dead, dead]);
  expect(stored.get('events/disabled/orders.json')).toMatchObject({ destination: 'orders', status: 410, event: 'e1' });
});

test('another process reads the note', async () => {
  const stored = new Map<string, unknown>([['events/disabled/orders.json', {}]]);
  const send = jest.fn();
  expect(await delivering({ send, stored }).failedOf()).toEqual([]);
  expect(send).not.toHaveBeenCalled();
});

test('410 of Slack is a failure like others', async () => {
  const { failedOf } = delivering({ send: async () => ({ status: 410 }), destination: { ...ORDERS, kind: 'slack' } });
  expect(await failedOf()).toEqual(['m']);
});

test('the pauses grow, vary by a tenth, and end after about a day', () => {
  const hours = PAUSES.reduce((sum, pause) => sum + pause, 0) / 3600;
  expect(hours).toBeGreaterThan(23);
  expect(hours).toBeLessThan(25);
  expect([...PAUSES].sort((a, b) => a - b)).toEqual([...PAUSES]);
  expect([pauseAfter(1, 0), pauseAfter(1, 1)]).toEqual([5, 6]);
  expect([pauseAfter(4, 0), pauseAfter(4, 1)]).toEqual([540, 660]);
  expect(pauseAfter(99, 0.5)).toBe(28_800);
});

test('a receiver can ask for a longer pause, up to what SQS allows', () => {
  expect(pauseAfter(1, 0.5, 90)).toBe(90);
  expect(pauseAfter(4, 0.5, 1)).toBe(600);
  expect(pauseAfter(1, 0.5, 1e9)).toBe(43_000);
});
