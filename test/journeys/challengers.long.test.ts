/** Challengers of a weak live model on labelled photos, from the comparison to live, by the public commands. */

import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { model, packagesWithWeak, readJson } from '../cli/model/command.ts';
import { openWorkshop, type Workshop } from './deployments.ts';
import { PROJECT } from './laptop.ts';
import { golden } from './pictures.ts';
import { RolloutLaptop } from './rollout-laptop.ts';

jest.setTimeout(300_000);

const DATA = join(PROJECT, '../shared/data');
const LABELS = ['car', 'apple', 'potted plant'];

/** Agreement with live is judged as by default: a better model cannot have it. */
const ENDPOINT = `countEndpoint({
  name: 'count',
  model: 'counter-nano',
  labels: ${JSON.stringify(LABELS)},
  rollout: [
    shadow({
      pictures: 12,
      repeats: 'count',
      gates: { errorRate: { tolerance: 0.3, margin: 0.6 }, latency: false, risk },
    }),
    canary({
      percent: 50,
      duration: '1m',
      gates: { errorRate: { margin: 0.4, limit: 0.6 }, latency: false, minRequests: 10, risk },
    }),
  ],
})`.replaceAll('risk', 'risk: { rollback: 0.05, promote: 0.1 }');

/** Copies of the shared photos that differ: mirrored, smaller, darker. Their labels stay. */
const COPIES = [
  { flop: false, scale: 1, brightness: 1 },
  { flop: true, scale: 1, brightness: 1 },
  { flop: false, scale: 0.8, brightness: 1 },
  { flop: true, scale: 0.8, brightness: 0.8 },
  { flop: false, scale: 0.6, brightness: 1 },
  { flop: true, scale: 0.6, brightness: 0.8 },
  { flop: false, scale: 0.9, brightness: 0.8 },
  { flop: true, scale: 0.9, brightness: 1.2 },
  { flop: false, scale: 0.7, brightness: 1.2 },
];

interface Photo {
  readonly file: string;
  readonly boxes: readonly { readonly label: string }[];
}

/** Writes the copies of all photos with boxes, and their labels in COCO's format: only the numbers of boxes matter. */
async function labelledFolder(photos: string): Promise<string> {
  mkdirSync(photos);
  const { coco } = readJson(join(DATA, 'photos/truth.json')) as { coco: Photo[] };
  const copies = coco.flatMap((photo) => COPIES.map((copy, index) => ({ ...photo, copy, index })));
  const images = copies.map(({ file, index }, id) => ({ id, file_name: file.replace('.jpg', `-${index}.jpg`) }));
  await Promise.all(
    copies.map(({ file, copy }, id) =>
      writeCopy(join(DATA, 'photos', file), join(photos, images[id]?.file_name ?? ''), copy),
    ),
  );
  const annotations = copies.flatMap(({ boxes }, image_id) =>
    boxes.flatMap(({ label }) => {
      const category_id = LABELS.indexOf(label);
      return category_id < 0 ? [] : [{ image_id, category_id, bbox: [0, 0, 1, 1] }];
    }),
  );
  const truth = join(photos, 'truth.json');
  const categories = LABELS.map((name, id) => ({ id, name }));
  writeFileSync(truth, JSON.stringify({ images, annotations, categories }));
  return truth;
}

async function writeCopy(from: string, to: string, { flop, scale, brightness }: (typeof COPIES)[number]) {
  const { width = 0 } = await sharp(from).metadata();
  const picture = sharp(from)
    .resize({ width: Math.round(width * scale) })
    .flop(flop)
    .modulate({ brightness });
  await picture.jpeg({ quality: 90 }).toFile(to);
}

const when = existsSync(DATA) ? describe : describe.skip;
when('challengers of a weak model (needs ../shared/data)', () => {
  let workshop: Workshop;
  let laptop: RolloutLaptop;
  let settings: string;
  let context: string[];
  let photos: string;
  let truth: string;

  beforeAll(async () => {
    workshop = openWorkshop();
    cpSync(packagesWithWeak('counter-nano'), workshop.models, { recursive: true });
    const file = join(DATA, 'models/yolox_nano.onnx');
    expect(await model(['add', file, '--name', 'yolox', '--models', workshop.models])).toMatchObject({ code: 0 });
    settings = workshop.settings('challenged', ENDPOINT);
    context = [`endpoints=${settings}`, `models=${workshop.models}`];
    photos = join(workshop.folder, 'photos');
    const [started, written] = await Promise.all([RolloutLaptop.startWith(context, 'journey'), labelledFolder(photos)]);
    [laptop, truth] = [started, written];
    await laptop.client.postMany('count', golden('cars.jpg'), 20);
  });

  afterAll(async () => {
    await laptop?.stop();
    workshop?.remove();
  });

  /** `npm run deploy -- --local --challengers …`. */
  function deploy(challengers: string, ...more: readonly string[]) {
    const args = [
      ...['--local', '--home', laptop.laptop.home, '--challengers', challengers, '--endpoint', 'count'],
      ...['--photos', photos, '--truth', truth, '--out', workshop.folder, ...more],
      ...context.flatMap((each) => ['-c', each]),
    ];
    return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, ['local/deploy.ts', ...args], { cwd: PROJECT }, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      });
    });
  }

  test('every fault of the challengers is said at once', async () => {
    const { code, stderr } = await deploy('yolo,counter-nano,yolox@confidence=2,yolox@size=640x640,yolox,yolox');
    expect(code).toBe(1);
    expect(stderr).toContain('ChallengersError: --challengers has 5 errors:');
    expect(stderr).toContain('yolo: Expected the name of a model package, received "yolo"');
    expect(stderr).toContain('yolox@confidence=2: Expected a number from 0 to 1, or package, for confidence');
    expect(stderr).toContain('another input size is another package (npm run model -- add … --size 640x640)');
    expect(stderr).toContain('counter-nano: Expected a challenger of live, received what live serves');
    expect(stderr).toContain('yolox: Expected another model or another threshold than yolox, received the same');
  });

  test('of worse ones nobody wins: live stays, and nothing is deployed', async () => {
    const before = readFileSync(settings, 'utf8');
    const { code, stdout } = await deploy('counter-nano@confidence=0.9,counter-nano@confidence=0.95');
    expect(code).toBe(3);
    expect(stdout).toMatch(/Nobody wins: no challenger is proven to be better than live \(version 1\) on 216 labelled/);
    expect(readFileSync(settings, 'utf8')).toBe(before);
    expect(await laptop.alias('count')).toMatchObject({ FunctionVersion: '1' });
  });

  test('the best goes on to the canary and gets all traffic, although it does not agree with live', async () => {
    const { code, stdout, stderr } = await deploy('yolox,yolox@confidence=0.9,counter-nano@confidence=0.9');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/yolox is the best: better than live and every other challenger on 216 labelled pictures/);
    expect(stdout).toContain('Rollout of version 2 started');
    expect(readFileSync(settings, 'utf8')).toContain("model: 'yolox'");
    expect(readdirSync(workshop.folder)).toEqual(
      expect.arrayContaining(['challengers-count.html', 'challengers-count.json']),
    );
    const record = readJson(join(workshop.folder, 'challengers-count.json'));
    expect(record).toMatchObject({
      live: { version: '1', model: { name: 'counter-nano' } },
      winner: { name: 'yolox', claim: 'best' },
      pictures: { compared: 216 },
    });
    const cars = readFileSync(join(DATA, 'photos/car2.jpg'));
    const end = await laptop.finish('count', '2', new Uint8Array(cars));
    expect({ status: end.status, traffic: end.traffic }).toEqual({ status: 'done', traffic: 'version 2: 100 %' });
  });
});
