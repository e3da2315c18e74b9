/**
 * `node test/webhooks/pipeline.ts <events> <kills> <file>`: the way of events from S3's messages to a receiver, without
 * stacks and without functions in processes: the emulated queues, bus and mappings, and the functions' own code. One
 * invocation in fifty fails after its work, as one that is killed. Prints what the receiver got as JSON.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { v7 } from 'uuid';
import { RECEIVER_PORT } from '../../bench/events/receiver-port.ts';
import {
  judge,
  killReceiver,
  received,
  SECRET,
  startReceiver,
  subjectOf,
  until,
} from '../../bench/events/receiving.ts';
import { announce } from '../../functions/events/announce.ts';
import { resultEvent } from '../../functions/events/result-event.ts';
import { type DeliveryContext, deliver } from '../../functions/webhooks/deliver.ts';
import { Disabled } from '../../functions/webhooks/disabled.ts';
import { Secrets } from '../../functions/webhooks/secrets.ts';
import { send } from '../../functions/webhooks/send.ts';
import { Clock } from '../../local/clock.ts';
import { ssmApi } from '../../local/cloudformation/account-api.ts';
import { eventsApi } from '../../local/events/api.ts';
import { EventBuses } from '../../local/events/bus.ts';
import type { Lambda } from '../../local/lambda/invoker.ts';
import { sqsApi } from '../../local/sqs/api.ts';
import { QueuePoller } from '../../local/sqs/poller.ts';
import { Queues } from '../../local/sqs/queues.ts';
import { State } from '../../local/storage/state.ts';
import { API, announcement, bucketWith, RESULT } from '../events/fixtures.ts';
import { inProcess } from '../local/fixtures/in-process.ts';

/** Pauses are so many times shorter. */
const SPEED = 240;
/** One of so many invocations fails after its work. */
const KILLED = 50;

const [count = 200, kills = 1] = process.argv.slice(2, 4).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
const file = process.argv[4] ?? join(folder, 'received.jsonl');
const arnOf = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;

const state = await State.open({ durable: undefined, temporary: folder });
const { store } = state;
const clock = new Clock(SPEED);
const queues = new Queues(store);
const buses = new EventBuses(queues);
const { postponed } = queues;

async function makeQueue(name: string, service: string): Promise<void> {
  await store.sqs('CreateQueue', { QueueName: `${name}-dead`, Attributes: {} });
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(`${name}-dead`), maxReceiveCount: 11 });
  await store.sqs('CreateQueue', { QueueName: name, Attributes: { VisibilityTimeout: '180', RedrivePolicy } });
  const Statement = [
    { Effect: 'Allow' as const, Principal: { Service: service }, Action: 'sqs:SendMessage', Resource: arnOf(name) },
  ];
  queues.setPolicy(arnOf(name), { Statement });
}
await makeQueue('events', 's3.amazonaws.com');
await makeQueue('receiver', 'events.amazonaws.com');
buses.create('bus');
const target = { queueArn: arnOf('receiver'), path: ['detail'] };
buses.define('rule', { arn: 'rule', bus: 'bus', pattern: { source: ['ml-deployment'] }, targets: [target] });

const ids = Array.from({ length: count }, () => v7());
const keyOf = (id: string) => `results/count-cars/${id}.json`;
const objects = bucketWith(Object.fromEntries(ids.map((id) => [keyOf(id), { ...RESULT, id }])));
const announcing = {
  objects,
  api: API,
  client: new EventBridgeClient(inProcess(eventsApi(buses))),
  bus: 'bus',
  onError: (message: string, about: object) => console.error(message, about),
};
const parameters = new Map([['secret', { type: 'SecureString', value: SECRET, version: 1 } as const]]);
const sending = {
  timeoutMs: 15_000,
  allowPrivate: true,
  secrets: new Secrets(new SSMClient(inProcess(ssmApi({ entries: () => [...parameters], put: () => {} })))),
  topics: new SNSClient({}),
  now: () => new Date(),
};
const receiverQueue = { queue: store.queueUrl(arnOf('receiver')), deadLetters: store.queueUrl(arnOf('receiver-dead')) };
const address = `http://127.0.0.1:${RECEIVER_PORT}/events`;
const destination = { name: 'receiver', kind: 'webhook', address, parameter: 'secret', ...receiverQueue } as const;
const sqs = new SQSClient({ ...inProcess(sqsApi({ store, clock, postponed })), md5: false });
const delivering: DeliveryContext = {
  destinations: new Map([['receiver', destination]]),
  queues: sqs,
  disabled: new Disabled({ findJson: async () => undefined, putJson: async () => {} }),
  send: (delivery) => send(delivery, sending),
  log: () => {},
  random: Math.random,
};

let invocations = 0;
function poll(name: string, run: (event: SQSEvent) => Promise<SQSBatchResponse>): QueuePoller {
  const invoke = async (_: string, event: string) => {
    invocations += 1;
    const failed = invocations % KILLED === 0;
    const answer = await run(JSON.parse(event) as SQSEvent);
    return { failed, payload: JSON.stringify(failed ? {} : answer) };
  };
  const options = { batchSize: 10, windowSeconds: 0, reportsItemFailures: true, concurrency: 5 };
  const services = { store, lambda: { invoke } as unknown as Lambda, clock, onError: console.error, postponed };
  return new QueuePoller({ queueArn: arnOf(name), target: name, ...options }, services);
}

let receiver = await startReceiver(file);
const start = performance.now();
const pollers = [
  poll('events', (event) => announce(event, announcing)),
  poll('receiver', (event) => deliver(event, delivering)),
];
const publisher = { service: 's3.amazonaws.com', sourceArn: 'arn:aws:s3:::bucket' };
// One event was given up, and is redriven.
const [redriven = '', ...announced] = ids;
const givenUp = resultEvent(keyOf(redriven), { ...RESULT, id: redriven }, API);
await store.sendMessage(arnOf('receiver-dead'), JSON.stringify(givenUp));
await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arnOf('receiver-dead') }));
for (const id of announced) await queues.deliver({ queueArn: arnOf('events') }, announcement(keyOf(id)), publisher);
for (let kill = 1; kill <= kills; kill += 1) {
  await until(() => received(file).length > (kill * count) / (kills + 2));
  receiver = await killReceiver(receiver, file);
}
await until(() => new Set(received(file).map(subjectOf)).size === count);
const seconds = Number(((performance.now() - start) / 1000).toFixed(1));
for (const poller of pollers) poller.stop();
receiver.kill('SIGKILL');
const found = await judge(file, ids, (text) => console.error(text));
console.log(JSON.stringify({ seconds, ...found }));
rmSync(folder, { recursive: true, force: true });
process.exit();
