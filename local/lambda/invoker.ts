/** Invocations by name, ARN or alias. Every service that invokes a function uses it. */

import type { Functions } from './functions.ts';
import type { Report } from './outcome.ts';
import type { Runtime } from './pool.ts';
import type { Payload } from './runtime-api.ts';
import type { Turn } from './semaphore.ts';

export class Lambda {
  readonly functions: Functions;
  private readonly runtime: Runtime;

  constructor(functions: Functions, runtime: Runtime) {
    this.functions = functions;
    this.runtime = runtime;
  }

  /**
   * Invokes a function and waits for its response.
   * @param reference name or ARN, with or without `:qualifier`
   * @param turn whether it leaves a process to other requests. Default: it does not
   * @throws LambdaError when it could not run; a function that fails is a `Report` with `failed`
   */
  async invoke(reference: string, payload: Payload, qualifier?: string, turn?: Turn): Promise<Report> {
    return this.runtime.invoke(this.functions.route(reference, qualifier), payload, turn);
  }
}
