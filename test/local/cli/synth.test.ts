/** When the stacks are synthesized again. The CDK is replaced by a script that records its calls. */

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeOldAssets, SynthError, synthesize } from '../../../local/cli/synth.ts';

/** Writes an assembly with a used and an unused asset, and records its call; fails when `lib/app.ts` is `broken`. */
const CDK = `
const { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
const out = args[args.indexOf('--output') + 1];
appendFileSync('calls', JSON.stringify({ args, env: process.env }) + '\\n');
console.log('Bundling something');
console.log('Successfully synthesized to nowhere');
if (readFileSync('lib/app.ts', 'utf8') === 'broken') { console.error('ERROR broken'); process.exit(1); }
for (const name of ['asset.used', 'asset.old']) mkdirSync(out + '/' + name, { recursive: true });
const destinations = { here: { objectKey: 'used.zip' } };
const files = { used: { source: { path: 'asset.used', packaging: 'zip' }, destinations } };
const stack = { type: 'aws:cloudformation:stack', properties: { templateFile: 's.json' } };
writeFileSync(out + '/assets.json', JSON.stringify({ files }));
writeFileSync(out + '/s.json', '{}');
const artifacts = { S: stack, assets: { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } } };
if (existsSync('sources')) writeFileSync(out + '/sources.json', readFileSync('sources'));
writeFileSync(out + '/manifest.json', JSON.stringify({ artifacts }));
`;

let folder: string;
let lines: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'synth-test-'));
  lines = [];
  write('node_modules/aws-cdk/bin/cdk', CDK);
  write('lib/app.ts', 'fine');
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, content: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), content);
}

const synth = (context: readonly string[] = []) =>
  synthesize({ project: folder, home: join(folder, 'home'), context, onProgress: (line) => lines.push(line) });

const calls = () => {
  const text = existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8') : '';
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { args: string[]; env: Record<string, string> });
};

test('the stacks are synthesized for this machine, and the output of the CDK is reported', async () => {
  expect(await synth()).toBe(join(folder, 'home', 'cdk.out'));
  const [{ args } = { args: [] }] = calls();
  expect(args).toEqual(expect.arrayContaining(['synth', '-c', `os=${process.platform}`]));
  expect(args).toContain(`architecture=${process.arch === 'arm64' ? 'arm64' : 'x86_64'}`);
  expect(lines).toEqual([
    'synthesizing the stacks and building native packages (about a minute the first time)',
    'Bundling something',
  ]);
});

test("the user's own environment does not reach the synthesis", async () => {
  process.env.AWS_SECRET_OF_USER = 'secret';
  await synth();
  delete process.env.AWS_SECRET_OF_USER;
  expect(calls()[0]?.env).not.toHaveProperty('AWS_SECRET_OF_USER');
});

test('without a change they are not synthesized again; built layers are no change', async () => {
  await synth();
  lines = [];
  write('layers/runtime/build/library.so', 'built');
  await synth();
  expect(calls()).toHaveLength(1);
  expect(lines).toEqual([]);
});

test.each(['lib/app.ts', 'functions/detect/handler.ts', 'models/new/model.json', 'package.json'])(
  'a change of %s is synthesized',
  async (path) => {
    await synth();
    write(path, 'changed');
    await synth();
    expect(calls()).toHaveLength(2);
  },
);

test('another context is synthesized, and so is a change of a file that it names', async () => {
  write('settings.ts', 'a');
  const context = [`endpoints=${join(folder, 'settings.ts')}`];
  await synth();
  await synth(context);
  await synth(context);
  expect(calls()).toHaveLength(2);
  expect(calls()[1]?.args).toContain(context[0]);
  write('settings.ts', 'another');
  await synth(context);
  expect(calls()).toHaveLength(3);
});

test('a change of what the last synthesis has read elsewhere is synthesized', async () => {
  write('photos/truth.json', '{}');
  write('values.ts', 'a');
  const long = new Date(Date.now() - 60_000);
  for (const file of ['photos/truth.json', 'values.ts']) utimesSync(join(folder, file), long, long);
  write('sources', JSON.stringify([join(folder, 'photos'), join(folder, 'values.ts'), join(folder, 'gone.ts')]));
  await synth();
  await synth();
  expect(calls()).toHaveLength(1);
  write('photos/new.jpg', 'a photo');
  utimesSync(join(folder, 'photos/new.jpg'), long, long);
  await synth();
  await synth();
  expect(calls()).toHaveLength(2);
  write('values.ts', 'another');
  await synth();
  expect(calls()).toHaveLength(3);
});

test('what changes during a synthesis is synthesized again', async () => {
  write('values.ts', 'a');
  const soon = new Date(Date.now() + 60_000);
  utimesSync(join(folder, 'values.ts'), soon, soon);
  write('sources', JSON.stringify([join(folder, 'values.ts')]));
  await synth();
  await synth();
  expect(calls()).toHaveLength(2);
});

test('a failed synthesis is reported, and repeated the next time', async () => {
  write('lib/app.ts', 'broken');
  await expect(synth()).rejects.toThrow('cdk synth failed with exit code 1');
  expect(lines).toContain('ERROR broken');
  await expect(synth()).rejects.toThrow(SynthError);
  expect(calls()).toHaveLength(2);
});

test('unused assets are removed', async () => {
  const assembly = await synth();
  removeOldAssets(assembly, new Set([realpathSync(join(assembly, 'asset.old'))]));
  expect(existsSync(join(assembly, 'asset.old'))).toBe(true);
  removeOldAssets(assembly, new Set());
  expect([existsSync(join(assembly, 'asset.used')), existsSync(join(assembly, 'asset.old'))]).toEqual([true, false]);
});
