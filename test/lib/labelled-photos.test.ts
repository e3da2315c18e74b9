import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConfig } from '../../lib/check-config.ts';
import { canary, countEndpoint, type Deployment, predictEndpoint, shadow } from '../../lib/config.ts';
import type { LabelledPhotos } from '../../lib/labelled-photos.ts';

const root = mkdtempSync(join(tmpdir(), 'labelled-photos-'));
afterAll(() => rmSync(root, { recursive: true }));

/** A folder with a truth of photos with one car each, and as many of the photos. */
function folderOf(name: string, count: number, { label = 'car', present = count } = {}): string {
  const folder = join(root, name);
  mkdirSync(folder);
  const file = (index: number) => `p${index}.jpg`;
  const coco = Array.from({ length: count }, (_, index) => ({
    file: file(index),
    width: 10,
    height: 10,
    boxes: [{ label, box: [0, 0, 5, 5] }],
  }));
  for (let index = 0; index < present; index += 1) writeFileSync(join(folder, file(index)), '');
  writeFileSync(join(folder, 'truth.json'), JSON.stringify({ coco }));
  return folder;
}

const good = folderOf('good', 40);

function deploymentOf(labelled: unknown, more: object = {}): Deployment {
  const options = labelled === undefined ? {} : { labelled: labelled as LabelledPhotos };
  return {
    name: 'shop',
    endpoints: [countEndpoint({ name: 'count-cars', model: 'counter-nano', labels: ['car'], ...options, ...more })],
  };
}

function faultsOf(labelled: unknown, more: object = {}): string[] {
  try {
    checkConfig(deploymentOf(labelled, more));
    return [];
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
}

const resolved = (deployment: Deployment) => checkConfig(deployment).endpoints[0];

test('the photos of the setting, truth.json by default; not in what the function reads', () => {
  const endpoint = resolved(deploymentOf({ folder: good }));
  expect(endpoint?.labelled).toEqual({ folder: good, truth: 'truth.json' });
  expect(JSON.stringify(endpoint?.settings)).not.toContain(good);
});

test('by default those that judge a shadow; without them none', () => {
  const rollout = [shadow({ judge: 'labels', labels: { folder: good } }), canary({ percent: 10 })];
  const byLabels = deploymentOf(undefined, { rollout });
  expect(resolved(byLabels)?.labelled).toEqual({ folder: good, truth: 'truth.json' });
  expect(resolved(deploymentOf(undefined))).not.toHaveProperty('labelled');
});

test.each([
  [
    'fewer photos than a verdict needs',
    () => folderOf('few', 19),
    /folder: Expected at least 20 photos: fewer give no verdict, received 19$/,
  ],
  [
    'photos of other labels',
    () => folderOf('trees', 40, { label: 'tree' }),
    /folder: Expected a truth with a label of count-cars: car, received \["tree"\]$/,
  ],
  [
    'missing photos',
    () => folderOf('missing', 40, { present: 39 }),
    /folder: Expected every photo of truth\.json in the folder, received \["p39\.jpg"\]$/,
  ],
  ['no folder', () => join(root, 'none'), /folder: Expected a folder with a readable truth \(.*\), received ".*none"$/],
])('%s', (_, folder, fault) => {
  const faults = faultsOf({ folder: folder() });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(fault);
  expect(faults[0]).toMatch(/^endpoints\[0\]\.labelled\./);
});

test('a setting without effect is refused', () => {
  const rollout = [shadow({ judge: 'labels', labels: { folder: good } }), canary({ percent: 10 })];
  expect(faultsOf({ folder: good }, { rollout })).toEqual([
    expect.stringMatching(/^endpoints\[0\]\.labelled: Expected other photos than those that judge the shadow/),
  ]);
  expect(faultsOf({ folder: good }, { answeredBy: 'human' })).toEqual([
    expect.stringMatching(
      /^endpoints\[0\]\.labelled: Expected no value: an endpoint answered by a human runs no model/,
    ),
  ]);
});

test('unknown keys and wrong types are refused', () => {
  expect(faultsOf({ folder: good, prefix: 'x' })[0]).toContain('endpoints[0].labelled');
  expect(faultsOf('labelled/cars')[0]).toMatch(/^endpoints\[0\]\.labelled: Expected \{ folder: '…' \}, received/);
});

test('an endpoint of kind predict is measured by all labels of its model', () => {
  const predict = predictEndpoint({ name: 'predict', models: ['counter-nano'], labelled: { folder: good } });
  expect(resolved({ name: 'shop', endpoints: [predict] })?.labelled).toEqual({ folder: good, truth: 'truth.json' });
});
