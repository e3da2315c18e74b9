import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median } from './clock.ts';
import type { BenchPicture } from './pictures.ts';

const run = promisify(execFile);
const CHILD = join(import.meta.dirname, 'child.ts');

interface ChildReport {
  readonly imported: number;
  readonly loaded: number;
  readonly answered: number;
  readonly peakMiB: number;
}

/** Milliseconds since the start of the process, medians of several starts. */
export interface ColdStart {
  readonly runtime_and_imports: number;
  readonly model_loaded: number;
  readonly first_answer: number;
  /** From spawn to exit, measured by the parent. */
  readonly whole_process: number;
}

/** Measures the time to the first answer in `starts` new processes. */
export async function coldStart(folder: string, picture: BenchPicture, starts: number): Promise<ColdStart> {
  const reports: (ChildReport & { whole: number })[] = [];
  for (let start = 0; start < starts; start++) {
    const begun = performance.now();
    const report = await inChild(folder, picture, 1);
    reports.push({ ...report, whole: performance.now() - begun });
  }
  return {
    runtime_and_imports: median(reports.map(({ imported }) => imported)),
    model_loaded: median(reports.map(({ loaded }) => loaded)),
    first_answer: median(reports.map(({ answered }) => answered)),
    whole_process: median(reports.map(({ whole }) => whole)),
  };
}

/** Peak of resident memory, MiB, of a process that runs `times` detections. */
export async function peakMemory(folder: string, picture: BenchPicture, times: number): Promise<number> {
  return (await inChild(folder, picture, times)).peakMiB;
}

async function inChild(folder: string, { jpeg }: BenchPicture, times: number): Promise<ChildReport> {
  const work = await mkdtemp(join(tmpdir(), 'bench-'));
  try {
    const file = join(work, 'picture.jpg');
    await writeFile(file, jpeg);
    const { stdout } = await run(process.execPath, [CHILD, folder, file, String(times)]);
    return JSON.parse(stdout) as ChildReport;
  } finally {
    await rm(work, { recursive: true });
  }
}
