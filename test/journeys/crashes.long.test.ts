/** A laptop that is killed again and again (`kill -9`), under load and during a rollout. */

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { uploadId } from '../../functions/api/upload-id.ts';
import { pick } from './api-client.ts';
import { Assembly } from './assembly.ts';
import { scenesOf, small } from './pictures.ts';
import { RolloutLaptop } from './rollout-laptop.ts';

jest.setTimeout(600_000);

const KILLS = Number(process.env.CRASHES ?? 20);
const ENDPOINT = 'good';
const UPLOADED = 'uploaded';
/** Of the random moments of the kills. */
const SEED = 7;

let assembly: Assembly;
let home: string;
let port: number;
let laptop: RolloutLaptop;
let pictures: readonly Buffer[];

beforeAll(async () => {
  pictures = await scenesOf(await small('cars.jpg'), 32);
  assembly = await Assembly.synthesize('rollout-endpoints.ts', 'journey');
  home = mkdtempSync(join(tmpdir(), 'crashes-'));
  port = await freePort();
  await start();
});

afterAll(async () => {
  await laptop?.laptop.stop();
  assembly?.remove();
  rmSync(home, { recursive: true, force: true });
});

async function start(): Promise<void> {
  laptop = await RolloutLaptop.start(assembly, '--home', home, '--port', String(port));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || !address) throw new Error('Expected a port, received none');
  return address.port;
}

/** Uniform in 0–1 (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function s3(): S3Client {
  const credentials = { accessKeyId: 'laptop', secretAccessKey: 'laptop' };
  return new S3Client({
    endpoint: laptop.laptop.aws,
    region: 'us-east-1',
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
  });
}

/** Requests and uploads one after the other; those that a crash cuts off have no answer and are forgotten. */
function load(): { readonly answered: string[]; readonly accepted: string[]; stop(): Promise<void> } {
  const [answered, accepted]: [string[], string[]] = [[], []];
  let isStopped = false;
  const repeat = async (work: (turn: number) => Promise<void>) => {
    for (let turn = 0; !isStopped; turn += 1) {
      await work(turn).catch(() => undefined);
      await pause(100);
    }
  };
  const post = async (turn: number) => {
    const { id, status } = await laptop.client.post(ENDPOINT, pick(pictures, turn));
    if (status === 200 && id) answered.push(id);
  };
  const put = async (turn: number) => {
    const object = { Bucket: laptop.laptop.bucket, Key: `uploads/${UPLOADED}/${turn}.jpg`, Body: pick(pictures, turn) };
    const { VersionId: version = '' } = await s3().send(new PutObjectCommand(object));
    accepted.push(uploadId({ bucket: object.Bucket, key: object.Key, version }));
  };
  const running = Promise.all([repeat(post), repeat(put)]);
  const stop = async () => {
    isStopped = true;
    await running;
  };
  return { answered, accepted, stop };
}

async function resultsOf(endpoint: string): Promise<string[]> {
  const prefix = `results/${endpoint}/`;
  return (await objectsBelow(prefix)).map(({ key }) => key.slice(prefix.length, -'.json'.length));
}

async function objectsBelow(Prefix: string): Promise<{ readonly key: string; readonly tag: string }[]> {
  const found: { key: string; tag: string }[] = [];
  let token: string | undefined;
  do {
    const page = await s3().send(
      new ListObjectsV2Command({ Bucket: laptop.laptop.bucket, Prefix, ...(token && { ContinuationToken: token }) }),
    );
    found.push(
      ...(page.Contents ?? []).map(({ Key = '', ETag = '' }) => ({ key: Key, tag: ETag.replaceAll('"', '') })),
    );
    token = page.NextContinuationToken;
  } while (token);
  return found;
}

/** Keys of objects whose body is not the one that was put: an entity tag is its MD5. */
async function changedBodies(): Promise<string[]> {
  const changed: string[] = [];
  const client = s3();
  for (const { key, tag } of await objectsBelow('')) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: laptop.laptop.bucket, Key: key }));
    const body = (await Body?.transformToByteArray()) ?? new Uint8Array();
    if (createHash('md5').update(body).digest('hex') !== tag) changed.push(key);
  }
  return changed;
}

test(`after ${KILLS} crashes answers are there, uploads have one result each, and the rollout has ended`, async () => {
  await laptop.client.postMany(ENDPOINT, pictures, 32);
  await laptop.deploy((edited) => edited.release(ENDPOINT, {}));
  const next = random(SEED);
  const traffic = load();
  for (let kill = 0; kill < KILLS; kill += 1) {
    await pause(200 + 1500 * next());
    await laptop.laptop.crash();
    await start();
  }
  const end = await laptop.until(ENDPOINT, '2', ({ status }) => status !== 'running');
  await traffic.stop();
  expect([end.status, end.traffic]).toEqual(['done', 'version 2: 100 %']);
  expect((await laptop.ended(ENDPOINT, '2')).status).toBe('SUCCEEDED');
  expect(traffic.answered.length).toBeGreaterThan(KILLS);
  for (const id of traffic.answered) {
    expect(await laptop.client.get(`${ENDPOINT}/predictions/${id}`)).toMatchObject({ id, status: 'done', count: 3 });
  }
  expect(traffic.accepted.length).toBeGreaterThan(KILLS);
  const isComplete = async () => {
    const results = new Set(await resultsOf(UPLOADED));
    return traffic.accepted.every((id) => results.has(id));
  };
  while (!(await isComplete())) await pause(500);
  const results = await resultsOf(UPLOADED);
  expect(results).toHaveLength(new Set(results).size);
  expect(await changedBodies()).toEqual([]);
});
