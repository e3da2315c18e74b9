import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { biasByNumber } from '../../../cli/model/evaluation/counts.ts';
import { evaluate } from '../../../cli/model/evaluation/evaluate.ts';
import { removePackages, tinyPackage } from '../../detection/fixtures/packages.ts';
import { constantModel } from '../../detection/fixtures/tiny-onnx.ts';
import { model, temporaryFolder } from './command.ts';
import { detected, object, photo, truthOf } from './synthetic-photos.ts';

const HERE = [0, 0, 100, 100];
const THERE = [300, 300, 100, 100];

afterAll(removePackages);

describe('counts in the photos that have the object', () => {
  test('by hand: 8 photos without a car hide that both photos with cars are wrong', () => {
    const empty = Array.from({ length: 8 }, (_, index) => photo(truthOf(`${index}.jpg`, [], ['car']), []));
    const two = photo(truthOf('two.jpg', [object('car', HERE), object('car', THERE)], ['car']), []);
    const one = photo(truthOf('one.jpg', [object('car', HERE)], ['car']), [
      detected('car', 0.9, HERE),
      detected('car', 0.8, THERE),
    ]);
    const [label] = evaluate([...empty, two, one], ['car']).labels;
    expect(label?.count).toMatchObject({ photos: 10, exact: 0.8, meanAbsolute: 0.3 });
    expect(label?.present).toEqual({ photos: 2, exact: 0, meanAbsolute: 1.5, bias: -0.5, truth: 3, counted: 2 });
    expect(label?.alwaysZero).toMatchObject({ photos: 10, exact: 0.8, meanAbsolute: 0.3, counted: 0 });
  });

  test('without a photo that has the object there is no number', () => {
    const [label] = evaluate([photo(truthOf('a.jpg', [], ['car']), [])], ['car']).labels;
    expect([label?.present, label?.alwaysZero?.exact]).toEqual([undefined, 1]);
  });

  test('bias by the number of objects, the borders included', () => {
    const pairs = [0, 1, 2, 3, 4, 7, 8, 30].map((truth, index) => ({
      photo: index,
      truth,
      counted: Math.floor(truth / 2),
    }));
    expect(biasByNumber(pairs)).toEqual([
      { from: 1, to: 1, photos: 1, bias: -1 },
      { from: 2, to: 3, photos: 2, bias: -1.5 },
      { from: 4, to: 7, photos: 2, bias: -3 },
      { from: 8, photos: 2, bias: -9.5 },
    ]);
    expect(biasByNumber([{ photo: 0, truth: 0, counted: 3 }])).toEqual([]);
  });
});

/** An apple (0.9) and a car (0.8) in one place, in every picture. */
function twoInOnePlace(): Uint8Array {
  const cells = new Float32Array(21 * 8);
  cells.set([0.5, 0.5, 0, 0, 0.9, 0, 1, 0], 20 * 8);
  cells.set([1, 1, Math.LN2, Math.LN2, 0.8, 1, 0, 0], 16 * 8);
  return constantModel(cells);
}

describe('model eval --protocol coco', () => {
  async function evalArgs(): Promise<string[]> {
    const [models, photos] = [temporaryFolder(), temporaryFolder()];
    const thresholds = { confidence: 0.5, iou: 0.45 };
    cpSync(await tinyPackage(twoInOnePlace(), { name: 'two', thresholds }), join(models, 'two'), { recursive: true });
    await sharp({ create: { width: 32, height: 32, channels: 3, background: '#808080' } })
      .png()
      .toFile(join(photos, 'a.png'));
    const boxes = ['apple', 'car'].map((label) => ({ label, box: [0, 0, 32, 32], crowd: 0 }));
    const truth = join(photos, 'truth.json');
    writeFileSync(
      truth,
      JSON.stringify({ coco: [{ file: 'a.png', width: 32, height: 32, boxes }], counts_by_eye: {} }),
    );
    return ['eval', 'two', '--models', models, '--photos', photos, '--truth', truth];
  }

  test('suppresses per class for AP, says so, and leaves what is served as it is', async () => {
    const args = await evalArgs();
    const html = join(temporaryFolder(), 'report.html');
    const [served, coco] = await Promise.all([
      model([...args, '--json']),
      model([...args, '--protocol', 'coco', '--html', html]),
    ]);
    const car = JSON.parse(served.stdout).labels.find(({ label }: { label: string }) => label === 'car');
    expect([car.precisions.ap50, car.served.missed]).toEqual([0, 1]);
    expect(coco.stdout).toMatch(/│ car +│ +1 │ 100\.0 │ +100\.0 │ +– │ +0\.0 │/);
    expect(coco.stdout).toContain(
      'AP and recall by the protocol of published COCO numbers: suppression per class at IoU 0.65',
    );
    expect(coco.stdout).toContain('This is not what is served.');
    expect(coco.stdout).toMatch(/│ car +│ +1 │ +0 \/ 1 │ +1\.00 │ −1\.00 │ +0\.0 │ +0\.0 │ +0\.0 │ +1\.00 │/);
    expect(coco.stdout).toContain('bias as served by the number of objects in a photo: 1 −0.50 (2 photos)');
    const page = readFileSync(html, 'utf8');
    expect(page).toContain('AP and recall by the protocol of published COCO numbers');
    expect(page).toContain('<h3>Counts in the photos that have the object</h3>');
  });

  test('writes no thresholds', async () => {
    const { code, stderr } = await model([...(await evalArgs()), '--protocol', 'coco', '--write-thresholds']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'EvaluationError: Expected --protocol coco or --write-thresholds, received both: ' +
        'thresholds are for what is served\n',
    });
  });
});
