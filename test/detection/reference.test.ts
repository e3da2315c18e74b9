import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { detect } from '../../functions/detection/detect.ts';
import { loadModel, type Model } from '../../functions/detection/model.ts';
import { disagreements, type Found } from './fixtures/matching.ts';
import { hasShared, packageFolder, removePackages, SHARED } from './fixtures/packages.ts';

/**
 * The detections of YOLOX-nano on photos, against those of an independent implementation (OpenCV and numpy), within the
 * tolerance that the data's README states: resampling differs between libraries.
 */
const TOLERANCE = { confidence: 0.05, iou: 0.9, extraFrom: 0.45 };
const EXPECTED_FROM = 0.4;

interface Reference {
  readonly width: number;
  readonly height: number;
  readonly detections: readonly { label: string; score: number; box: [number, number, number, number] }[];
}

const withData = hasShared ? describe : describe.skip;

withData('YOLOX-nano against the reference (SKIPPED WHERE ../shared/data IS ABSENT)', () => {
  let model: Model;
  let references: Record<string, Reference> = {};

  beforeAll(async () => {
    const labels = JSON.parse(await readFile(join(SHARED, 'coco80.json'), 'utf8'));
    const weights = await readFile(join(SHARED, 'models', 'yolox_nano.onnx'));
    const sha256 = '695e750a5d5754bb5a8d5325643b59282191a7e7a564e435a415fd3c578eab14';
    const thresholds = { confidence: 0.25, iou: 0.45 };
    model = await loadModel(await packageFolder(weights, { name: 'yolox-nano', labels, thresholds, sha256 }));
    references = JSON.parse(await readFile(join(SHARED, 'reference_yolox_nano.json'), 'utf8')).photos;
  });
  afterAll(async () => {
    await model.release();
    await removePackages();
  });

  test('on every photo, at every size of the annotated picture', async () => {
    const wrong: Record<string, string[]> = {};
    for (const [photo, { width, height, detections }] of Object.entries(references)) {
      const bytes = await readFile(join(SHARED, 'photos', photo));
      const { image, detections: found } = await detect(model, bytes, { annotate: false });
      const expected = detections.filter(({ score }) => score >= EXPECTED_FROM).map(toFound);
      const faults = disagreements(expected, found, TOLERANCE);
      if (faults.length > 0) wrong[photo] = faults;
      expect([photo, image]).toEqual([photo, { width, height }]);
      const small = await detect(model, bytes, { maxSide: 100 });
      expect([photo, small.detections]).toEqual([photo, found]);
    }
    expect(Object.keys(references)).toHaveLength(35);
    expect(wrong).toEqual({});
  });
});

function toFound({ label, score, box: [x, y, width, height] }: Reference['detections'][number]): Found {
  return { label, confidence: score, box: { x, y, width, height } };
}
