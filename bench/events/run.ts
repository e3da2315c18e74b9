/** Stores results in the laptop's bucket, and compares what a receiver gets that fails and is killed. */

import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { v7 } from 'uuid';
import { clientSettings, connect } from '../../cli/rollout/connection.ts';
import { bucketOf } from '../../cli/rollout/deployed-endpoint.ts';
import { KEYS } from '../../functions/contract.ts';
import { secretParameter } from '../../functions/events-contract.ts';
import { deployment } from './endpoints.ts';
import { judge, killReceiver, type Received, received, SECRET, startReceiver, subjectOf, until } from './receiving.ts';

/** What is measured. */
export interface EventsRun {
  /** Folder of the laptop. */
  readonly home: string;
  readonly events: number;
  readonly receiverKills: number;
  /** File in which the receiver writes. */
  readonly file: string;
  readonly note: (text: string) => void;
}

/** Concurrent puts of results. */
const PUTS = 16;

export async function runEvents({
  home,
  events,
  receiverKills,
  file,
  note,
}: EventsRun): Promise<Received & { readonly seconds: number }> {
  const target = { local: true, home };
  const clients = clientSettings(target);
  const connection = connect(target);
  const { bucket } = await bucketOf(connection, deployment.name);
  const Name = secretParameter(deployment.name, 'receiver');
  await new SSMClient(clients).send(new PutParameterCommand({ Name, Value: SECRET, Type: 'SecureString' }));
  let receiver = await startReceiver(file);
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const ids = Array.from({ length: events }, () => v7());
  try {
    const puts = storeAll(ids, (id) => store(id, { s3: connection.s3, bucket }));
    for (let kill = 1; kill <= receiverKills; kill += 1) {
      await until(() => received(file).length > (kill * events) / (receiverKills + 2));
      note(`receiver killed after ${received(file).length} requests`);
      receiver = await killReceiver(receiver, file);
    }
    await puts;
    note(`${events} results are stored after ${seconds().toFixed(1)} s`);
    await until(() => new Set(received(file).map(subjectOf)).size === events);
    const end = seconds();
    receiver.kill('SIGKILL');
    return { seconds: end, ...(await judge(file, ids, note)) };
  } finally {
    receiver.kill('SIGKILL');
  }
}

async function storeAll(ids: readonly string[], put: (id: string) => Promise<unknown>): Promise<void> {
  const left = [...ids];
  const worker = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) await put(id);
  };
  await Promise.all(Array.from({ length: PUTS }, worker));
}

/** A result as the function stores it. */
function store(id: string, { s3, bucket }: { readonly s3: S3Client; readonly bucket: string }): Promise<unknown> {
  const result = {
    id,
    endpoint: 'count-cars',
    status: 'done',
    created_at: new Date().toISOString(),
    source: { kind: 'http' },
    release: { function_version: '1', alias: 'live' },
    count: 1,
    counts: { car: 1 },
    detections: [{ label: 'car', confidence: 0.9, box: { x: 1, y: 2, width: 30, height: 40 } }],
    image: { width: 640, height: 480 },
    model: { name: 'counter-nano', version: '1.0.0', sha256: '0' },
    timing_ms: { total: 30 },
    request: {},
    annotated: { key: `annotated/count-cars/${id}.jpg`, width: 640, height: 480 },
    captured: false,
  };
  const Body = JSON.stringify(result);
  return s3.send(new PutObjectCommand({ Bucket: bucket, Key: KEYS.result('count-cars', id), Body }));
}
