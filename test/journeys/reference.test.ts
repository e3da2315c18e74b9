import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { uploadId } from '../../functions/api/upload-id.ts';
import { disagreements, type Found } from '../detection/fixtures/matching.ts';
import { hasShared, SHARED } from '../detection/fixtures/packages.ts';
import { openWorkshop, type Workshop } from './deployments.ts';
import { type RunningLaptop, startLaptop } from './laptop.ts';

/**
 * YOLOX-nano is added by settings alone, and HTTP and S3 answer as an independent implementation does, within the
 * tolerance that the data's README states.
 */
const TOLERANCE = { confidence: 0.05, iou: 0.9, extraFrom: 0.45 };
const EXPECTED_FROM = 0.4;
const SHA256 = '695e750a5d5754bb5a8d5325643b59282191a7e7a564e435a415fd3c578eab14';

interface Reference {
  readonly detections: readonly { label: string; score: number; box: [number, number, number, number] }[];
}

const withData = hasShared ? describe : describe.skip;

withData('YOLOX-nano behind an endpoint (SKIPPED WHERE ../shared/data IS ABSENT)', () => {
  let workshop: Workshop;
  let laptop: RunningLaptop;
  let s3: S3Client;
  let references: [string, Reference][];

  beforeAll(async () => {
    workshop = openWorkshop();
    addPackage(workshop.models);
    const endpoints = `predictEndpoint({ name: 'predict', models: ['yolox-nano'], confidence: 0.25 })`;
    laptop = await startLaptop('--assembly', workshop.synthesize('yolox', endpoints, workshop.models));
    const credentials = { accessKeyId: 'laptop', secretAccessKey: 'laptop' };
    s3 = new S3Client({ endpoint: laptop.aws, region: 'us-east-1', forcePathStyle: true, credentials });
    references = Object.entries(JSON.parse(readFileSync(join(SHARED, 'reference_yolox_nano.json'), 'utf8')).photos);
  }, 180_000);
  afterAll(async () => {
    await laptop?.stop();
    workshop?.remove();
  });

  test('there are 35 photos', () => expect(references).toHaveLength(35));

  test('HTTP requests agree with the reference on every photo', async () => {
    expect(await wrongOnes(references, byHttp)).toEqual({});
  }, 120_000);

  test('S3 uploads agree with the reference on every photo', async () => {
    const ids = new Map<string, string>();
    for (const [photo] of references) ids.set(photo, await upload(photo));
    expect(await wrongOnes(references, (photo) => byId(ids.get(photo) ?? ''))).toEqual({});
  }, 120_000);

  async function byHttp(photo: string): Promise<Found[]> {
    const body = new Uint8Array(readFileSync(join(SHARED, 'photos', photo)));
    const response = await fetch(`${laptop.url}/predict?model=yolox-nano`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'image/jpeg', accept: 'application/json' },
    });
    expect([photo, response.status]).toEqual([photo, 200]);
    return (JSON.parse(await response.text()) as { detections: Found[] }).detections;
  }

  async function upload(photo: string): Promise<string> {
    const key = `uploads/predict/${photo}`;
    const body = readFileSync(join(SHARED, 'photos', photo));
    const { VersionId = '', ETag = '' } = await s3.send(
      new PutObjectCommand({ Bucket: laptop.bucket, Key: key, Body: body }),
    );
    return uploadId({ bucket: laptop.bucket, key, version: VersionId || ETag.replaceAll('"', '') });
  }

  async function byId(id: string): Promise<Found[]> {
    for (;;) {
      const response = await fetch(`${laptop.url}/predict/predictions/${id}`);
      const answer = JSON.parse(await response.text()) as { detections: Found[] };
      if (response.status === 200) return answer.detections;
      expect(response.status).toBe(404);
    }
  }
});

async function wrongOnes(references: readonly [string, Reference][], detect: (photo: string) => Promise<Found[]>) {
  const wrong: Record<string, string[]> = {};
  for (const [photo, { detections }] of references) {
    const expected = detections.filter(({ score }) => score >= EXPECTED_FROM).map(toFound);
    const faults = disagreements(expected, await detect(photo), TOLERANCE);
    if (faults.length > 0) wrong[photo] = faults;
  }
  return wrong;
}

/** A package as a user writes it. */
function addPackage(models: string): void {
  const folder = join(models, 'yolox-nano');
  mkdirSync(join(folder, 'golden'), { recursive: true });
  copyFileSync(join(SHARED, 'models', 'yolox_nano.onnx'), join(folder, 'model.onnx'));
  copyFileSync(join(SHARED, 'photos', 'car2.jpg'), join(folder, 'golden', 'cars.jpg'));
  const reference = JSON.parse(readFileSync(join(SHARED, 'reference_yolox_nano.json'), 'utf8')).photos['car2.jpg'];
  const expected = reference.detections.filter(({ score }: { score: number }) => score >= 0.4).map(toFound);
  writeFileSync(join(folder, 'golden', 'expected.json'), JSON.stringify({ 'cars.jpg': expected }));
  const manifest = {
    name: 'yolox-nano',
    version: '1.0.0',
    family: 'yolox',
    input: {
      name: 'images',
      width: 416,
      height: 416,
      layout: 'NCHW',
      colour: 'BGR',
      fit: { kind: 'letterbox', position: 'top-left', pad: 114 },
    },
    outputs: ['output'],
    labels: JSON.parse(readFileSync(join(SHARED, 'coco80.json'), 'utf8')),
    thresholds: { confidence: 0.4, iou: 0.45 },
    nms: 'across-classes',
    sha256: SHA256,
    licence: 'Apache-2.0',
    provenance: 'Megvii YOLOX',
  };
  writeFileSync(join(folder, 'model.json'), JSON.stringify(manifest));
}

function toFound({ label, score, box: [x, y, width, height] }: Reference['detections'][number]): Found {
  return { label, confidence: score, box: { x, y, width, height } };
}
