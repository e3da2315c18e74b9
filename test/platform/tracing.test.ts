import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { ENV } from '../../functions/contract.ts';
import { Traces } from '../../functions/platform/tracing.ts';

const ROOT = '1-5759e988-bd862e3fe1be46a994272793';
const SAMPLED = `Root=${ROOT};Parent=53995c3f42cd8ad8;Sampled=1`;
const NOW = Date.UTC(2026, 10, 26, 8);

let daemon: Socket;
beforeEach(async () => {
  daemon = createSocket('udp4');
  daemon.bind(0, '127.0.0.1');
  await once(daemon, 'listening');
});
afterEach(() => daemon.close());

const tracesOf = (trace: string | undefined, setting: string | undefined = 'true') =>
  new Traces('count-cars', {
    [ENV.tracing]: setting,
    _X_AMZN_TRACE_ID: trace,
    AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
  });

/** The next packet: its first line, and its document. */
async function received(): Promise<[unknown, unknown]> {
  const [packet] = await once(daemon, 'message');
  const [header = '', document = ''] = String(packet).split('\n');
  return [JSON.parse(header), JSON.parse(document)];
}

const REQUEST = { durationMs: 100, steps: { decode: 10, infer: 40, store: 20 }, failed: false };
const id = expect.stringMatching(/^[0-9a-f]{16}$/);
const second = NOW / 1000;

test('a request is a part of the trace of its invocation, with its steps end to end', async () => {
  const packet = received();
  tracesOf(SAMPLED).record(REQUEST, NOW);
  const step = (name: string, start: number, end: number) => ({
    id,
    name,
    start_time: expect.closeTo(second - start, 3),
    end_time: expect.closeTo(second - end, 3),
  });
  expect(await packet).toEqual([
    { format: 'json', version: 1 },
    {
      type: 'subsegment',
      id,
      name: 'count-cars',
      trace_id: ROOT,
      parent_id: '53995c3f42cd8ad8',
      start_time: second - 0.1,
      end_time: second,
      subsegments: [step('decode', 0.07, 0.06), step('infer', 0.06, 0.02), step('store', 0.02, 0)],
    },
  ]);
});

test('a request that failed is a fault', async () => {
  const packet = received();
  tracesOf(SAMPLED).record({ durationMs: 5, failed: true }, NOW);
  expect((await packet)[1]).toMatchObject({ fault: true, subsegments: [] });
});

test.each([
  ['without the setting', SAMPLED, 'false'],
  ['of an invocation that X-Ray does not record', SAMPLED.replace('Sampled=1', 'Sampled=0'), 'true'],
  ['without a trace', undefined, 'true'],
])('nothing is sent %s', async (_, trace, setting) => {
  const packet = received();
  tracesOf(trace, setting).record({ durationMs: 1, failed: false });
  // The first packet that comes is that of a later request.
  tracesOf(SAMPLED).record(REQUEST, NOW);
  expect((await packet)[1]).toMatchObject({ end_time: second });
});
