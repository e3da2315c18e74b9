/** What receivers get, and how they are reached. */

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import type { Destination } from '../../functions/events-contract.ts';
import { post } from '../../functions/webhooks/post.ts';
import { Secrets } from '../../functions/webhooks/secrets.ts';
import { type SendContext, send } from '../../functions/webhooks/send.ts';
import { signatureHeaders } from '../../functions/webhooks/signature.ts';

const secret = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;
const LIMITS = { timeoutMs: 5000, allowPrivate: true };

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

/** A receiver on this machine. */
async function receiver(answer: RequestListener = (_, response) => response.end()) {
  const requests: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer(async (request, response) => {
    requests.push({ headers: request.headers, body: await text(request) });
    answer(request, response);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/in?a=1`, requests };
}

const NOTICE = {
  id: 'e2',
  type: 'rollout.rolled_back',
  data: {
    title: 'count-cars: version 7 was rolled back – ü',
    text: 'count-cars: version 7 <was> rolled back.\nReason: a & b.',
  },
};

function context(value: string, published: object[] = []): SendContext {
  const topics = { send: async ({ input }: { input: object }) => published.push(input) };
  return {
    ...LIMITS,
    secrets: { get: async () => value },
    topics: topics as unknown as SendContext['topics'],
    now: () => new Date(),
  };
}

const to = (kind: Destination['kind'], address?: string): Destination => ({
  name: 'orders',
  kind,
  ...(address !== undefined && { address }),
  parameter: '/small/events/orders',
  queue: 'q',
  deadLetters: 'd',
});
const deliveryOf = (destination: Destination, event = NOTICE) => ({ destination, event, body: JSON.stringify(event) });

describe('a webhook', () => {
  test('has the id of the event, and a signature that the library accepts', async () => {
    const { address, requests } = await receiver();
    await send(deliveryOf(to('webhook', address)), context(secret(1)));
    const [{ headers, body } = { headers: {}, body: '' }] = requests;
    expect(headers).toMatchObject({
      'webhook-id': 'e2',
      'content-type': 'application/cloudevents+json; charset=utf-8',
    });
    expect(new Webhook(secret(1)).verify(body, headers as Record<string, string>)).toEqual(NOTICE);
    expect(() => new Webhook(secret(2)).verify(body, headers as Record<string, string>)).toThrow(
      'No matching signature',
    );
  });

  test('of two secrets is accepted with either', () => {
    const headers = signatureHeaders({ id: 'e', at: new Date(), body: '{}' }, `${secret(1)} ${secret(2)}`);
    for (const each of [1, 2]) expect(new Webhook(secret(each)).verify('{}', headers)).toEqual({});
  });

  test.each(['', 'whsec_', 'plain', `${secret(1)} plain`, 'whsec_!!!!'])(
    'with the secret "%s" is not sent',
    (value) => {
      const signing = () => signatureHeaders({ id: 'e', at: new Date(), body: '{}' }, value);
      expect(signing).toThrow('Expected whsec_ and base64 of 24 to 64 bytes for the secret of a webhook');
    },
  );
});

test('Slack and Teams get the whole text; markup of Slack is escaped', async () => {
  const { address, requests } = await receiver();
  await send(deliveryOf(to('slack')), context(` ${address}\n`));
  await send(deliveryOf(to('teams')), context(address));
  const [slack, teams] = requests.map(({ body }) => JSON.parse(body));
  expect(slack).toEqual({ text: 'count-cars: version 7 &lt;was&gt; rolled back.\nReason: a &amp; b.' });
  expect(teams).toMatchObject({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          body: [
            { text: NOTICE.data.title, weight: 'Bolder' },
            { text: 'Reason: a & b.', wrap: true },
          ],
        },
      },
    ],
  });
});

test('a topic gets a subject of ASCII and the whole text', async () => {
  const published: object[] = [];
  await send(deliveryOf(to('topic', 'arn:aws:sns:eu-central-1:1:alarms')), context('', published));
  expect(published).toEqual([
    {
      TopicArn: 'arn:aws:sns:eu-central-1:1:alarms',
      Subject: 'count-cars: version 7 was rolled back ? ?',
      Message: NOTICE.data.text,
    },
  ]);
});

test('an event without a text is no notice', async () => {
  const event = { id: 'e', type: 'result.stored', data: {} as typeof NOTICE.data };
  await expect(send(deliveryOf(to('slack'), event), context('x'))).rejects.toThrow(
    'Expected an event with title and text, received result.stored',
  );
});

describe('a request', () => {
  test('follows no redirect', async () => {
    const inner = await receiver();
    const { address } = await receiver((_, response) => response.writeHead(307, { location: inner.address }).end());
    expect(await post({ address, headers: {}, body: '{}' }, LIMITS)).toEqual({ status: 307 });
    expect(inner.requests).toEqual([]);
  });

  test('reads the pause that the receiver asks for', async () => {
    const { address } = await receiver((_, response) => response.writeHead(429, { 'retry-after': '90' }).end());
    expect(await post({ address, headers: {}, body: '{}' }, LIMITS)).toEqual({ status: 429, retryAfter: 90 });
  });

  test('ends where the receiver does not answer in time', async () => {
    const { address } = await receiver(() => {});
    await expect(post({ address, headers: {}, body: '{}' }, { ...LIMITS, timeoutMs: 20 })).rejects.toThrow(/abort/i);
  });

  test('does not read an answer without end', async () => {
    const { address } = await receiver((_, response) => {
      response.writeHead(200);
      response.write('x'.repeat(100_000));
    });
    expect(await post({ address, headers: {}, body: '{}' }, LIMITS)).toEqual({ status: 200 });
  });

  test.each([
    ['http://example.com/', 'Expected an https address for the receiver'],
    ['https://127.0.0.1/', 'Expected a host that is public, no private address for the receiver'],
    ['https://[::ffff:10.0.0.1]/', 'Expected a host that is public, no private address for the receiver'],
    ['https://localhost/', 'Expected a host that is public, no private address for the receiver'],
  ])('to %s is refused on AWS', async (address, message) => {
    const sending = async () => post({ address, headers: {}, body: '' }, { ...LIMITS, allowPrivate: false });
    await expect(sending()).rejects.toThrow(message);
  });
});

test('a secret is read once a minute, with decryption, and again after an error', async () => {
  const inputs: object[] = [];
  let [value, now] = ['', 0];
  const client = {
    send: async ({ input }: { input: object }) => ({ Parameter: inputs.push(input) && { Value: value } }),
  };
  const secrets = new Secrets(client as never, () => now);
  await expect(secrets.get('/a')).rejects.toThrow('Expected a value for the parameter /a, received none');
  value = 'one';
  expect([await secrets.get('/a'), await secrets.get('/a')]).toEqual(['one', 'one']);
  expect(inputs).toEqual(Array.from({ length: 2 }, () => ({ Name: '/a', WithDecryption: true })));
  [value, now] = ['two', 60_000];
  expect(await secrets.get('/a')).toBe('two');
});
