/** PutEvents as strict as EventBridge's, and rules of a bus of its own. */

import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { eventsApi } from '../../../local/events/api.ts';
import { EventBuses } from '../../../local/events/bus.ts';
import { eventsResources } from '../../../local/events/resources.ts';
import { Queues } from '../../../local/sqs/queues.ts';
import { inProcess } from '../fixtures/in-process.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:cars';
const RULE = 'arn:aws:events:us-east-1:000000000000:rule/mine/S-Rule';

/** A bus with a rule for one type, whose target receives the detail. */
function emulated() {
  const sent: string[] = [];
  const queues = new Queues({ sendMessage: async (_queue, body) => void sent.push(body) });
  const allowed = { ArnEquals: { 'aws:SourceArn': RULE } };
  const Statement = [
    { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: QUEUE },
  ].map((each) => ({ ...each, Effect: 'Allow' as const, Condition: allowed }));
  queues.setPolicy(QUEUE, { Statement });
  const buses = new EventBuses(queues);
  const unused = () => {
    throw new Error('Expected no schedule, received one');
  };
  const clock = { now: unused, wait: unused };
  const services = { bus: buses, machines: { start: unused }, lambda: { invoke: unused }, clock, onError: unused };
  const types = eventsResources(services);
  const apply = (type: string, properties: object) =>
    types[`AWS::Events::${type}`]?.apply(properties as never, { stack: { name: 'S' }, logicalId: type } as never);
  const client = new EventBridgeClient(inProcess(eventsApi(buses)));
  const put = (...Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries }));
  return { sent, apply, put };
}

const TARGETS = [{ Id: 'a', Arn: QUEUE, InputPath: '$.detail' }];
const ENTRY = { EventBusName: 'mine', Source: 'ml', DetailType: 'result.stored', Detail: '{"id":"ü"}' };

test('an event reaches the targets of matching rules of its bus, as the part that they name', async () => {
  const { sent, apply, put } = emulated();
  apply('EventBus', { Name: 'mine' });
  apply('Rule', { EventBusName: 'mine', EventPattern: { 'detail-type': ['result.stored'] }, Targets: TARGETS });
  const { FailedEntryCount, Entries } = await put(
    ENTRY,
    { ...ENTRY, DetailType: 'other' },
    { ...ENTRY, EventBusName: 'default' },
  );
  expect(FailedEntryCount).toBe(0);
  expect(Entries?.map(({ EventId }) => typeof EventId)).toEqual(['string', 'string', 'string']);
  expect(sent).toEqual(['{"id":"\\u00fc"}']);
});

test('each entry that is not valid fails by itself', async () => {
  const { apply, put } = emulated();
  apply('EventBus', { Name: 'mine' });
  const answer = await put(
    ENTRY,
    { ...ENTRY, Source: '' },
    { ...ENTRY, Detail: '[1]' },
    { ...ENTRY, Source: 'aws.s3' },
    { ...ENTRY, EventBusName: 'absent' },
  );
  expect(answer.FailedEntryCount).toBe(4);
  expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
    undefined,
    'InvalidArgument',
    'MalformedDetail',
    'NotAuthorizedForSourceException',
    'ResourceNotFoundException',
  ]);
});

test('a request with no entry, more than ten, or more than 256 KB is refused', async () => {
  const { put } = emulated();
  await expect(put()).rejects.toThrow('Member must have length greater than or equal to 1');
  await expect(put(...Array.from({ length: 11 }, () => ENTRY))).rejects.toThrow('less than or equal to 10');
  const Detail = JSON.stringify({ text: 'x'.repeat(140_000) });
  await expect(put({ ...ENTRY, Detail }, { ...ENTRY, Detail })).rejects.toThrow(
    'Total size of the entries in the request is over the limit.',
  );
  await expect(put({ ...ENTRY, TraceHeader: 'x' })).rejects.toThrow('The field TraceHeader of an entry of PutEvents');
});

test('a rule of a bus that does not exist is refused', () => {
  const { apply } = emulated();
  expect(() => apply('Rule', { EventBusName: 'mine', EventPattern: {}, Targets: TARGETS })).toThrow(
    'Expected an existing event bus for EventBusName, received mine',
  );
});
