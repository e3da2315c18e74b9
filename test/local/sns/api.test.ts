/** Publish to a topic whose subscribers have e-mail addresses. */

import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { snsApi } from '../../../local/sns/api.ts';
import { Topics } from '../../../local/sns/topics.ts';
import { Queues } from '../../../local/sqs/queues.ts';
import { inProcess } from '../fixtures/in-process.ts';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:alarms';

function emulated() {
  const mails: string[] = [];
  const topics = new Topics(new Queues({ sendMessage: async () => {} }));
  topics.define(TOPIC, { encrypted: true });
  topics.subscribeAddress('a', TOPIC, 'on-call@example.com');
  const client = new SNSClient(inProcess(snsApi(topics, (mail) => mails.push(mail))));
  const publish = (input: object) =>
    client.send(new PublishCommand({ TopicArn: TOPIC, Subject: 'count-cars', Message: 'text\nmore', ...input }));
  return { publish, mails, topics };
}

test('each address gets subject and message', async () => {
  const { publish, mails } = emulated();
  expect((await publish({})).MessageId).toMatch(/^[0-9a-f-]{36}$/);
  expect(mails).toEqual(['mail to on-call@example.com: count-cars\ntext\nmore']);
});

test.each([
  [{ Subject: 'ü' }, 'Invalid parameter: Subject'],
  [{ Subject: 'x'.repeat(100) }, 'Invalid parameter: Subject'],
  [{ Message: '' }, 'Invalid parameter: Empty message'],
  [{ TopicArn: `${TOPIC}-2` }, 'Topic does not exist'],
  [{ MessageStructure: 'json' }, 'The parameter MessageStructure of Publish'],
])('%j is refused', async (input, message) => {
  await expect(emulated().publish(input)).rejects.toThrow(message);
});

test('an address that unsubscribes gets nothing', async () => {
  const { publish, mails, topics } = emulated();
  topics.unsubscribe('a');
  await publish({});
  expect(mails).toEqual([]);
});
