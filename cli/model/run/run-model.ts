import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Memory, PictureAnswer, RunMessage, RunRequest } from './protocol.ts';

export type { Memory, PictureAnswer, RunRequest } from './protocol.ts';

/** What a model said about all pictures, and what it cost. */
export interface Run {
  /** In the order of the pictures. */
  readonly answers: readonly PictureAnswer[];
  /** Milliseconds to load the model. */
  readonly loadMs: number;
  readonly memory: Memory;
}

/** A model that could not be run over the pictures: a package, picture or output that was refused, or a crash. */
export class RunError extends Error {
  override readonly name = 'RunError';
}

/**
 * Runs the product's own `detect` over pictures, one after the other, in a process of its own.
 * @param progress told after each picture
 * @throws RunError naming the picture and the cause
 */
export function runModel(request: RunRequest, progress: (done: number, of: number) => void = () => {}): Promise<Run> {
  const worker = fork(join(import.meta.dirname, 'worker.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const answers: PictureAnswer[] = [];
  return new Promise<Run>((resolve, reject) => {
    worker.on('message', (message: RunMessage) => {
      if (message.kind === 'failed') return reject(failure(request, message));
      if (message.kind === 'done') return resolve({ answers, loadMs: message.loadMs, memory: message.memory });
      answers.push(message.answer);
      progress(answers.length, request.pictures.length);
    });
    worker.once('error', (cause) => reject(new RunError(`${request.folder}: ${cause.message}`, { cause })));
    worker.once('exit', (code, signal) => reject(crash(request, answers.length, signal ?? `code ${code}`)));
    worker.send(request);
  }).finally(() => worker.kill());
}

function failure(
  { folder }: RunRequest,
  { picture, name, message }: Extract<RunMessage, { kind: 'failed' }>,
): RunError {
  return new RunError(`${picture ?? folder}: ${name}: ${message}`);
}

function crash({ folder, pictures }: RunRequest, done: number, how: string): RunError {
  return new RunError(`${folder}: the process that ran the model ended (${how}) at ${pictures[done] ?? 'its end'}`);
}
