/**
 * Lambda's limit of the init phase, milliseconds.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
const INIT_LIMIT_MS = 10_000;

/** Times of a process's first request, milliseconds since the start of the process (`performance.now()`). */
export interface FirstRequest {
  /** When Lambda called the handler. */
  readonly calledAt: number;
  /** When the settings and the first model were loaded. */
  readonly loadedAt: number;
  /** `AWS_LAMBDA_INITIALIZATION_TYPE` */
  readonly initialization: string | undefined;
}

/**
 * When the first request of a process began, for its `RequestDuration`: with the call of the handler where the init
 * phase covered the load. Lambda ends a longer init phase and loads again in a new process, within the first
 * invocation: then with the start of that process. With provisioned concurrency, no request waits for the load.
 */
export function firstRequestStart({ calledAt, loadedAt, initialization }: FirstRequest): number {
  return initialization === 'on-demand' && loadedAt > INIT_LIMIT_MS ? 0 : calledAt;
}
