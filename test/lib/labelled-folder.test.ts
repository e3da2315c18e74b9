import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ShadowOptions } from '../../functions/plan/plan.ts';
import { checkConfig } from '../../lib/check-config.ts';
import { canary, countEndpoint, type Deployment, none, predictEndpoint, shadow } from '../../lib/config.ts';

const root = mkdtempSync(join(tmpdir(), 'labelled-'));
afterAll(() => rmSync(root, { recursive: true }));

const image = { width: 10, height: 10 };
const photosOf = (count: number, label = 'car') =>
  Array.from({ length: count }, (_, index) => ({
    file: `p${index}.jpg`,
    ...image,
    boxes: [{ label, box: [0, 0, 5, 5] }],
  }));

/** A folder with a truth, and a photo for each of the first files. */
function folderOf(name: string, truth: unknown, files: readonly string[]): string {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  for (const file of files) writeFileSync(join(folder, file), file);
  writeFileSync(join(folder, 'truth.json'), typeof truth === 'string' ? truth : JSON.stringify(truth));
  return folder;
}

const filesOf = (count: number) => photosOf(count).map(({ file }) => file);
const good = folderOf('good', { coco: photosOf(40) }, [...filesOf(40), 'unused.jpg']);

const deploymentOf = (options: ShadowOptions): Deployment => ({
  name: 'labelled',
  api: { auth: none() },
  endpoints: [
    countEndpoint({
      name: 'count-cars',
      model: 'counter-nano',
      labels: ['car'],
      rollout: [shadow({ judge: 'labels', ...options }), canary({ percent: 10 })],
    }),
  ],
});

function faultsOf(options: ShadowOptions): string[] {
  try {
    checkConfig(deploymentOf(options));
    return [];
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .map((line) => line.trim())
      .slice(1);
  }
}

test('a folder becomes a prefix of the bucket, named by its files', () => {
  const endpoint = checkConfig(deploymentOf({ labels: { folder: good } })).endpoints[0];
  const [set] = endpoint?.labelledFolders ?? [];
  expect(set).toEqual({ folder: good, files: [...filesOf(40).toSorted(), 'truth.json'], hash: set?.hash });
  expect(set?.hash).toMatch(/^[0-9a-f]{16}$/);
  expect(endpoint?.plan[0]).toMatchObject({
    labels: { prefix: `labels/count-cars/deployed/${set?.hash}/`, truth: 'truth.json', names: ['car'] },
  });
  expect(JSON.stringify(endpoint?.plan)).not.toContain(root);
  const other = folderOf('other', { coco: photosOf(41) }, filesOf(41));
  const changed = checkConfig(deploymentOf({ labels: { folder: other } })).endpoints[0];
  expect(changed?.labelledFolders[0]?.hash).not.toBe(set?.hash);
});

test('a prefix of the bucket needs no folder, and labels are those of the first model', () => {
  const rollout = [shadow({ judge: 'labels', labels: { prefix: 'labels/any/mine/' } }), canary({ percent: 10 })];
  const any = predictEndpoint({ name: 'any', models: ['counter-nano'], rollout });
  const endpoint = checkConfig({ ...deploymentOf({}), endpoints: [any] }).endpoints[0];
  expect(endpoint?.labelledFolders).toEqual([]);
  expect(endpoint?.plan[0]).toMatchObject({
    labels: { prefix: 'labels/any/mine/', names: ['car', 'apple', 'potted plant'] },
  });
});

test.each<[string, () => ShadowOptions['labels'], RegExp]>([
  [
    'is missing',
    () => ({ folder: join(root, 'none') }),
    /^endpoints\[0\]\.rollout\[0\]\.labels\.folder: Expected a folder with .+ received ENOENT.+\), received ".+none"$/,
  ],
  [
    'has a truth that is no JSON',
    () => ({ folder: folderOf('text', '{', []) }),
    /readable truth \(.+Expected JSON, received .+\)/,
  ],
  [
    'has a truth in no known format',
    () => ({ folder: folderOf('format', { coco: [] }, []) }),
    /readable truth \(.+coco: .+\)/,
  ],
  [
    'has none of the photos',
    () => ({ folder: folderOf('empty', { coco: photosOf(3) }, []) }),
    /Expected the photos of truth\.json in the folder, such as p0\.jpg/,
  ],
  [
    'has too few photos',
    () => ({ folder: folderOf('few', { coco: photosOf(5) }, filesOf(5)) }),
    /Expected at least 11 photos with car: fewer cannot prove the goal, even for a perfect candidate, received 5/,
  ],
  [
    'has too few photos for a gate',
    () => ({ folder: folderOf('gate', { coco: photosOf(20) }, filesOf(20)) }),
    /Expected at least 32 usable photos: fewer cannot prove the margin of 0\.2, .+, received 20/,
  ],
  [
    'has other labels',
    () => ({ folder: folderOf('dogs', { coco: photosOf(40, 'dog') }, filesOf(40)) }),
    /Expected a truth with a label of the endpoint: car, received \["dog"\]/,
  ],
  [
    'names photos elsewhere',
    () => ({ folder: folderOf('up', { coco: [{ ...photosOf(1)[0], file: '../x.jpg' }] }, []) }),
    /Expected file names below the folder, received \["\.\.\/x\.jpg"\]/,
  ],
  [
    'is judged by labels that the endpoint has not',
    () => ({ folder: good, names: ['car', 'bus'] }),
    /labels\.names\[1\]: Expected a label of count-cars: car, received "bus"/,
  ],
  [
    'is a prefix of something else',
    () => ({ prefix: 'labels/count-apples/mine/' }),
    /labels\.prefix: Expected a prefix below labels\/count-cars\/, but not below labels\/count-cars\/deployed\//,
  ],
])('a set that %s is refused', (_, labels, expected) => {
  const set = labels();
  const faults = faultsOf(set ? { labels: set } : {});
  expect(faults.join('\n')).toMatch(expected);
});

test('faults of the set are reported beside those of the rest', () => {
  const faults = faultsOf({ labels: { folder: join(root, 'none'), names: ['bus'] } });
  expect(faults).toHaveLength(2);
});

test('a margin that no set can prove is a fault of the margin, not of the number of photos', () => {
  for (const margin of [0.001, 1e-17, Number.MIN_VALUE]) {
    const gates = { errorRate: { tolerance: margin, margin }, latency: { tolerance: margin, margin } };
    const reason =
      'a smaller value cannot be proven with the 5000 photos that a set can have, ' + 'even by a perfect candidate';
    expect(faultsOf({ labels: { folder: good }, gates })).toEqual(
      ['errorRate', 'latency'].map(
        (gate) =>
          `endpoints[0].rollout[0].gates.${gate}.margin: Expected at least 0.002: ${reason}, received ${margin}`,
      ),
    );
  }
});
