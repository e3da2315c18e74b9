/**
 * Prints a SHA-256 for the answer to each of many requests, and for what each stores, apart from times, ids and
 * presigned URLs. Two releases that answer the same print the same lines: save the output of one, and `diff`.
 *
 * node bench/answers.ts [folder of photos…] [--made 200] [--seed 1] [--bundle folder]
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { type BenchFunction, startFunction, writeBundle } from './function/host.ts';
import { postEvent } from './function/post-event.ts';
import { type HostileRequest, hostileRequest } from './hostile/bodies.ts';
import { validPictures } from './hostile/pictures.ts';
import { Random } from './hostile/random.ts';

const program = new Command('answers')
  .argument('[folders...]', 'folders of photos')
  .option('--made <n>', 'requests with made pictures and bodies, valid and damaged', Number, 200)
  .option('--seed <n>', 'of the made requests', Number, 1)
  .option('--bundle <folder>', 'a bundle of another release; written from this one where it does not exist');

interface Request extends Pick<HostileRequest, 'query' | 'headers' | 'body'> {
  readonly name: string;
}

const GOLDEN = resolve(import.meta.dirname, '../models/counter-nano/golden');

async function requests(folders: readonly string[], made: number, seed: number): Promise<Request[]> {
  const photos = [GOLDEN, ...folders].flatMap((folder) => {
    const names = readdirSync(folder).filter((name) => /\.(jpe?g|png|webp|avif)$/i.test(name));
    return names.toSorted().map((name) => ({ name, body: readFileSync(join(folder, name)) }));
  });
  const valid = await validPictures(readFileSync(join(GOLDEN, 'cars.jpg')));
  const pictures = [...photos, ...valid.map((body, index) => ({ name: `valid ${index}`, body }))];
  const random = new Random(seed);
  const hostile = Array.from({ length: made }, (_, index) => ({
    name: `made ${index}`,
    ...hostileRequest(valid, random),
  }));
  return [...pictures.flatMap(inEachForm), ...hostile];
}

function inEachForm({ name, body }: { name: string; body: Buffer }): Request[] {
  const [query, type] = ['', 'application/octet-stream'];
  const json = Buffer.from(JSON.stringify({ image: body.toString('base64'), confidence: 0.2 }));
  const boundary = '------------------------d74496d66958873e';
  const part = `Content-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`;
  const form = Buffer.concat([Buffer.from(`--${boundary}\r\n${part}`), body, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return [
    { name: `${name} picture`, query, headers: { accept: 'image/jpeg', 'content-type': type }, body },
    { name: `${name} json`, query, headers: { 'content-type': 'application/json' }, body: json },
    {
      name: `${name} form`,
      query: '?max_side=500',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: form,
    },
  ];
}

const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/"timing_ms":\s*\{[^}]*\}/g, '"timing_ms":{}'],
  [/"server-timing":"[^"]*"/g, '"server-timing":""'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID'],
  [/"(instance|function_name)":\s*"[^"]*"/g, '"$1":""'],
  [/"(created_at|expires_at|decided_at)":\s*"[^"]*"/g, '"$1":""'],
  [/X-Amz-(Date|Signature)=[^&"]*/g, 'X-Amz-$1='],
  [/X-Amz-Credential=[^&"]*/g, 'X-Amz-Credential='],
  [/http:\/\/127\.0\.0\.1:\d+/g, 'http://S3'],
];

function without(text: string): string {
  return VARIABLE.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
}

async function digest({ invoke, bucket }: BenchFunction, request: Request): Promise<string> {
  const { body = '', isBase64Encoded, ...rest } = JSON.parse(await invoke(postEvent(request)));
  const hash = createHash('sha256').update(without(JSON.stringify(rest)));
  hash.update(isBase64Encoded ? body : without(body));
  const stored = [...bucket.taken()].map(([path, body]) => ({ path: without(path), body }));
  for (const { path, body } of stored.toSorted((a, b) => a.path.localeCompare(b.path)))
    hash.update(path).update(path.endsWith('.json') ? without(body.toString()) : body);
  return `${hash.digest('hex')}  ${rest.statusCode} ${request.name}`;
}

async function main(folders: string[], { made, seed, bundle }: { made: number; seed: number; bundle?: string }) {
  const work = mkdtempSync(join(tmpdir(), 'bench-answers-'));
  const code = resolve(bundle ?? join(work, 'code'));
  try {
    if (!existsSync(code)) writeBundle(code);
    await using fn = await startFunction({ code });
    for (const request of await requests(folders, made, seed)) console.log(await digest(fn, request));
  } finally {
    rmSync(work, { recursive: true });
  }
}

await main(program.parse().processedArgs[0], program.opts());
