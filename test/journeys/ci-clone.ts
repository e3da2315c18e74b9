/** A clone of this project as its owner has it: own settings, labelled photos, commits. */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { PROJECT } from './laptop.ts';

const GOLDEN = join(PROJECT, 'models/counter-nano/golden');
const PHOTOS = 40;
/** The longer side of a photo, pixels. */
const SIDE = 416;

function git(folder: string, ...args: readonly string[]): string {
  const identity = ['-c', 'user.name=owner', '-c', 'user.email=owner@example.com'];
  return execFileSync('git', [...identity, ...args], { cwd: folder })
    .toString()
    .trim();
}

/** The files of the working tree, so that the journey tests what is about to be committed, with the packages. */
export function cloneProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ci-clone-'));
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: PROJECT });
  for (const file of files
    .toString()
    .split('\0')
    .filter((name) => name !== '' && !name.startsWith('docs/'))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(PROJECT, file), join(folder, file));
  }
  git(folder, 'init', '--quiet', '--initial-branch', 'main');
  // Its `.gitignore` ignores folders of these names, not links.
  writeFileSync(join(folder, '.git/info/exclude'), 'node_modules\nlayers/runtime/build\n');
  for (const path of ['node_modules', 'layers/runtime/build']) symlinkSync(join(PROJECT, path), join(folder, path));
  return folder;
}

/** Commits everything. */
export function commit(folder: string, message: string): string {
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', message);
  return git(folder, 'rev-parse', 'HEAD');
}

/** Different photos of cars and of empty roads, with the boxes that the model finds in the originals. */
export async function writeLabelled(folder: string): Promise<void> {
  const expected = JSON.parse(readFileSync(join(GOLDEN, 'expected.json'), 'utf8')) as Record<
    string,
    { label: string; confidence: number; box: { x: number; y: number; width: number; height: number } }[]
  >;
  mkdirSync(folder, { recursive: true });
  const coco = [];
  for (let index = 0; index < PHOTOS; index += 1) {
    const source = index % 8 === 7 ? 'empty-road.jpg' : 'cars.jpg';
    const { width: whole = 0 } = await sharp(join(GOLDEN, source)).metadata();
    const { data, info } = await sharp(join(GOLDEN, source))
      .resize(SIDE, SIDE, { fit: 'inside' })
      .modulate({ brightness: 0.9 + index / 200 })
      .jpeg()
      .toBuffer({ resolveWithObject: true });
    const scale = info.width / whole;
    const boxes = (expected[source] ?? []).filter(({ confidence }) => confidence > 0.5);
    writeFileSync(join(folder, `p${index}.jpg`), data);
    coco.push({
      file: `p${index}.jpg`,
      width: info.width,
      height: info.height,
      boxes: boxes.map(({ label, box }) => ({
        label,
        box: [box.x, box.y, box.width, box.height].map((value) => value * scale),
      })),
    });
  }
  writeFileSync(join(folder, 'truth.json'), JSON.stringify({ coco }));
}

/** Settings with one endpoint. Labelled photos judge its rollouts, then a minute of traffic. */
export function writeSettings(folder: string, confidence: number): void {
  writeFileSync(
    join(folder, 'lib/endpoints.ts'),
    `import { canary, countEndpoint, type Deployment, none, shadow } from './config.ts';

const risk = { rollback: 0.05, promote: 0.1 };

export const deployment: Deployment = {
  name: 'shop',
  api: { auth: none() },
  endpoints: [
    countEndpoint({
      name: 'count-cars',
      model: 'counter-nano',
      labels: ['car'],
      confidence: ${confidence},
      rollout: [
        shadow({ judge: 'labels', labels: { folder: 'labelled/cars' }, gates: { latency: false, risk } }),
        canary({
          percent: 50,
          duration: '1m',
          gates: { errorRate: { tolerance: 0.05, margin: 0.4, limit: 0.6 }, latency: false, minRequests: 10, risk },
        }),
      ],
    }),
  ],
};
`,
  );
}
