import sharp from 'sharp';

/**
 * Memory at which Lambda gives a whole vCPU; more memory gives more in proportion.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
const MB_PER_VCPU = 1769;

/** Threads that a Lambda function of so much memory keeps busy: one for each whole vCPU, at least 1. */
export function threadsFor(memoryMb: number): number {
  return Math.max(1, Math.floor(memoryMb / MB_PER_VCPU));
}

/** Sets the threads with which sharp decodes, resizes and encodes one picture, for the whole process. */
export function setPictureThreads(threads: number): void {
  sharp.concurrency(threads);
}
