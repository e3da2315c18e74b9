import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { answerAll, type Runnable } from '../cli/challenge/answer.ts';
import { benchPicture, SIZES } from './pictures.ts';

/** The time of a comparison of challengers, seconds. */
export interface ChallengerReport {
  readonly pictures: number;
  readonly challengers: number;
  /** On all processors, as the command does. */
  readonly parallel: number;
  /** In one process. */
  readonly single: number;
  /** In one process for each model in turn, which decodes each picture for each model. */
  readonly separate: number;
}

/**
 * Compares challengers with live on pictures of all sizes in turn. Each is a copy of the package with a folder of its
 * own, so that none shares the inference of another.
 */
export async function measureChallengers(folder: string, pictures: number, challengers = 5): Promise<ChallengerReport> {
  const work = await mkdtemp(join(tmpdir(), 'bench-'));
  try {
    const paths = await writePictures(work, pictures);
    const variants = await copiesOf(folder, work, challengers + 1);
    return {
      pictures,
      challengers,
      parallel: await seconds(() => answerAll(variants, paths)),
      single: await seconds(() => answerAll(variants, paths, { processes: 1 })),
      separate: await seconds(async () => {
        for (const variant of variants) await answerAll([variant], paths, { processes: 1 });
      }),
    };
  } finally {
    await rm(work, { recursive: true });
  }
}

async function writePictures(work: string, pictures: number): Promise<string[]> {
  const sources = await Promise.all(SIZES.map(([width, height]) => benchPicture(width, height)));
  const paths = Array.from({ length: pictures }, (_, index) => join(work, `${index}.jpg`));
  for (const [index, path] of paths.entries()) await writeFile(path, sources[index % sources.length]?.jpeg ?? '');
  return paths;
}

async function copiesOf(folder: string, work: string, copies: number): Promise<Runnable[]> {
  const { labels } = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as { labels: string[] };
  const folders = Array.from({ length: copies }, (_, index) => join(work, `${basename(folder)}-${index}`));
  for (const copy of folders) await cp(folder, copy, { recursive: true });
  return folders.map((copy) => ({ folder: copy, options: { labels, annotate: false } }));
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** The measurement as text. */
export function challengersInWords({ pictures, challengers, parallel, single, separate }: ChallengerReport): string {
  const show = (value: number) => `${value.toFixed(1)} s`;
  return [
    `${challengers} challengers and live over ${pictures} pictures: ${show(parallel)}`,
    `in one process: ${show(single)} (${(single / parallel).toFixed(2)} times)`,
    `in one process, model by model: ${show(separate)} (${(separate / parallel).toFixed(2)} times)`,
    '',
  ].join('\n');
}
