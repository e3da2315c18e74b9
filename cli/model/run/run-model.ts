import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Memory, PictureAnswer, RunMessage, RunRequest } from './protocol.ts';

export type { Memory, PictureAnswer, RunRequest } from './protocol.ts';

/** Detections of a model in all pictures, with time and memory. */
export interface Run {
  /** In the order of the pictures. */
  readonly answers: readonly PictureAnswer[];
  /** Milliseconds to load the model. */
  readonly loadMs: number;
  readonly memory: Memory;
}

/** A run that failed: the package, a picture or an output was refused, or the process crashed. */
export class RunError extends Error {
  override readonly name = 'RunError';
}

/**
 * Runs `detect`, as endpoints do, over pictures one after the other in a separate process.
 * @param progress called after each picture
 * @throws RunError with the picture and the cause
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
  return new RunError(`${folder}: the process that runs the model ended (${how}) at ${pictures[done] ?? 'its end'}`);
}
