/** Lets all variants answer the same pictures, on all processors. */

import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { DetectOptions } from '../../functions/detection/detect.ts';
import type { Progress } from '../terminal/progress.ts';
import type { LoadMessage, PackageWork, PictureMessage, VariantAnswer, WorkerMessage } from './protocol.ts';

export type { VariantAnswer } from './protocol.ts';

/** Most processes, because each loads every model. */
const MOST_PROCESSES = 8;

/** A variant to run: the folder of its package, and its options. */
export interface Runnable {
  readonly folder: string;
  readonly options: DetectOptions;
}

/** One picture with the answers of all variants, or why no variant can answer it. */
export type AnsweredPicture =
  | { readonly path: string; readonly answers: readonly VariantAnswer[] }
  | { readonly path: string; readonly refused: string };

interface AnswerOptions {
  readonly progress?: Progress;
  readonly processes?: number;
  readonly onAnswer?: (answer: AnsweredPicture) => void;
}

/** A package that does not load, or a process that ended. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
}

/**
 * Answers each picture with each variant. A picture is decoded once, and inferred once for each package.
 * @param processes default: one for each processor, at most 8
 * @param onAnswer called with each answer, as soon as it is there
 * @returns in the order of the pictures; answers in the order of the variants
 * @throws AnswerError
 */
export async function answerAll(
  variants: readonly Runnable[],
  paths: readonly string[],
  { progress = () => {}, processes = availableParallelism(), onAnswer = () => {} }: AnswerOptions = {},
): Promise<AnsweredPicture[]> {
  const { packages, order } = packagesOf(variants);
  const answered: AnsweredPicture[] = [];
  let [next, done] = [0, 0];
  const run = async (worker: Worker) => {
    await worker.load(packages);
    for (let index = next++; index < paths.length; index = next++) {
      const path = paths[index] as string;
      const answer = inOrder(path, await worker.answer(path), order);
      answered[index] = answer;
      onAnswer(answer);
      progress(++done, paths.length);
    }
  };
  const count = Math.max(1, Math.min(MOST_PROCESSES, processes, paths.length));
  const workers = Array.from({ length: count }, () => new Worker());
  try {
    await Promise.all(workers.map(run));
  } finally {
    for (const worker of workers) worker.end();
  }
  return answered;
}

/** One package for variants that share it. @returns for each variant, its place among the answers of all packages */
function packagesOf(variants: readonly Runnable[]): { packages: PackageWork[]; order: number[] } {
  const byFolder = Map.groupBy(variants.keys(), (index) => variants[index]?.folder as string);
  const packages = [...byFolder].map(([folder, indexes]) => ({
    folder,
    variants: indexes.map((index) => variants[index]?.options as DetectOptions),
  }));
  const places = [...byFolder.values()].flat();
  return { packages, order: [...variants.keys()].map((index) => places.indexOf(index)) };
}

function inOrder(path: string, message: WorkerMessage, order: readonly number[]): AnsweredPicture {
  if (message.kind === 'refused') return { path, refused: message.reason };
  if (message.kind !== 'answered') throw new AnswerError(`${path}: Expected an answer, received ${message.kind}`);
  return { path, answers: order.map((place) => message.answers[place] as VariantAnswer) };
}

/** A process that runs one message at a time. */
class Worker {
  private readonly child: ChildProcess;
  private readonly over: Promise<never>;

  constructor() {
    this.child = fork(join(import.meta.dirname, 'worker.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.over = new Promise((_, reject) => {
      this.child.once('error', (cause) => reject(new AnswerError(cause.message, { cause })));
      this.child.once('exit', (code, signal) =>
        reject(new AnswerError(`the process ended (${signal ?? `code ${code}`})`)),
      );
    });
    this.over.catch(() => {});
  }

  /** @throws AnswerError */
  async load(packages: readonly PackageWork[]): Promise<void> {
    await this.call({ kind: 'load', packages }, 'the models');
  }

  /** @throws AnswerError */
  answer(path: string): Promise<WorkerMessage> {
    return this.call({ kind: 'picture', path }, path);
  }

  end(): void {
    this.child.kill();
  }

  private async call(message: LoadMessage | PictureMessage, what: string): Promise<WorkerMessage> {
    const reply = new Promise<WorkerMessage>((resolve) => this.child.once('message', resolve));
    this.child.send(message);
    const received = await Promise.race([reply, this.over]).catch((error: Error) => {
      throw new AnswerError(`${what}: ${error.message}`, { cause: error });
    });
    if (received.kind === 'failed') throw new AnswerError(`${what}: ${received.name}: ${received.message}`);
    return received;
  }
}
