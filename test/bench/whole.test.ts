import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { CpuTimeUnknownError, cpuTimeOf } from '../../bench/process-cpu.ts';
import { toWholeTable } from '../../bench/whole-report.ts';

const describeOnLinux = existsSync('/proc/self/stat') ? describe : describe.skip;

describeOnLinux('the processor time of another process', () => {
  test('is that which the process measures of itself, within 50 ms', async () => {
    const work = `
      const end = performance.now() + 300;
      while (performance.now() < end);
      const { user, system } = process.cpuUsage();
      console.log((user + system) / 1000);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['-e', work], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(child.stdout, 'data');
    const measured = cpuTimeOf(child.pid as number);
    child.kill();
    expect(Math.abs(measured - Number(line))).toBeLessThanOrEqual(50);
  });

  test('of none is an error that names the file', () => {
    expect(() => cpuTimeOf(2 ** 30)).toThrow(
      new CpuTimeUnknownError('Expected /proc/1073741824/stat for the processor time, received none'),
    );
  });
});

test('the table of whole processes shows times by size, and the ratio', () => {
  const report = {
    width: 640,
    height: 480,
    cpu_ms: { bare: 12.34, function: 24.68, laptop: 4 },
    wall_ms: { bare: 13, http: 21 },
    ratio: 2,
  };
  const table = toWholeTable([report], 'a machine');
  const cells = table.split('\n').map((line) => line.split(/[│\s]{2,}/).filter(Boolean));
  expect(table).toContain('Whole processes, one request at a time\na machine\n');
  expect(cells).toContainEqual(['CPU: bare library calls', '12.3']);
  expect(cells).toContainEqual(["CPU: the function's process", '24.7']);
  expect(cells).toContainEqual(["CPU: the laptop's main process", '4.0']);
  expect(cells).toContainEqual(['time: over HTTP', '21.0']);
  expect(cells).toContainEqual(['function / bare, CPU', '2.00']);
});
