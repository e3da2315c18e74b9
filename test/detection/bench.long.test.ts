import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const BENCH = join(__dirname, '..', '..', 'bench', 'bench.ts');

const bench = (...options: string[]) => promisify(execFile)(process.execPath, [BENCH, ...options]);

// The measured times depend on the machine, so only the steps are checked.
test('the benchmark reports every step at every size, the threads, the start and the memory', async () => {
  const report = JSON.parse((await bench('--json', '--runs', '1')).stdout);
  const time = expect.any(Number);
  const bare_ms = { decode: time, infer: time, encode: time, total: time };
  const steps_ms = { ...bare_ms, tensor: time, boxes: time, draw: time };
  const sizes = [
    [640, 480],
    [1920, 1080],
    [4000, 3000],
  ] as const;
  expect(report.pictures).toEqual(
    sizes.map(([width, height]) => ({ width, height, bytes: time, steps_ms, bare_ms, ratio: time })),
  );
  const times = { decode: time, infer: time, total: time };
  expect(report.by_threads_ms).toEqual([
    { threads: 1, ...times },
    { threads: 2, ...times },
  ]);
  expect(report.cold_start_ms).toEqual({
    runtime_and_imports: time,
    model_loaded: time,
    first_answer: time,
    whole_process: time,
  });
  expect(report.cold_start_ms.first_answer).toBeGreaterThan(report.cold_start_ms.model_loaded);
  expect(Object.keys(report.peak_memory_mib)).toEqual(['640×480', '4000×3000']);
});

test('an invalid number of runs is rejected', async () => {
  await expect(bench('--runs', '0')).rejects.toMatchObject({
    stderr: expect.stringContaining("argument '0' is invalid. Expected a whole number from 1 to 9999."),
  });
});
