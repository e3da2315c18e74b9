import { join } from 'node:path';
import sharp from 'sharp';
import { goldenFindings } from '../../functions/detection/golden-findings.ts';
import { loadModel } from '../../functions/detection/model.ts';
import { setPictureThreads, threadsFor } from '../../functions/detection/threads.ts';
import { checkGolden } from '../../functions/judge/golden-check.ts';

afterAll(() => setPictureThreads(1));

test.each([
  [512, 1],
  [1769, 1],
  [3537, 1],
  [3538, 2],
  [5307, 3],
  [10_240, 5],
])('a function of %i MB uses %i thread(s)', (memoryMb, threads) => {
  expect(threadsFor(memoryMb)).toBe(threads);
});

test('the threads of pictures are those of sharp', () => {
  setPictureThreads(2);
  expect(sharp.concurrency()).toBe(2);
});

test('two threads find the golden objects within the tolerance of the package', async () => {
  setPictureThreads(2);
  const folder = join(__dirname, '..', '..', 'models', 'counter-nano');
  const model = await loadModel(folder, { threads: 2 });
  expect(checkGolden(await goldenFindings(folder, model))).toEqual({ passed: true, pictures: 4 });
  await model.release();
});
