/**
 * The account's concurrency: a limit for all functions together, of which functions may reserve a part. An invocation
 * over a limit is throttled immediately.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */

import { LambdaError } from './function-types.ts';

/** The limit that throttled an invocation, as Lambda's API names it. */
export type ThrottleReason = 'ConcurrentInvocationLimitExceeded' | 'ReservedFunctionConcurrentInvocationLimitExceeded';

/** An invocation that did not run, because a limit was reached. */
export class ThrottledError extends LambdaError {
  readonly reason: ThrottleReason;
  constructor(reason: ThrottleReason) {
    super('TooManyRequestsException', 429, 'Rate Exceeded.');
    this.reason = reason;
  }
}

/**
 * Invocations that stay for functions without a reservation. In an account with a lower limit nothing can be reserved.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html
 */
const LEAST_UNRESERVED = 100;

export class AccountConcurrency {
  private readonly limit: number;
  private readonly reserved = new Map<string, number>();
  /** Running invocations by function. */
  private readonly running = new Map<string, number>();

  /** @param limit concurrent invocations of all functions together. Default: none */
  constructor(limit = Number.POSITIVE_INFINITY) {
    this.limit = limit;
  }

  /** Sets or removes a function's reservation. @throws LambdaError where too little stays for the other functions */
  reserve(name: string, concurrency: number | undefined): void {
    const others = [...this.reserved].filter(([each]) => each !== name).map(([, count]) => count);
    const left = this.limit - others.reduce((sum, count) => sum + count, concurrency ?? 0);
    const least = Math.min(LEAST_UNRESERVED, this.limit);
    if ((concurrency ?? 0) > 0 && left < least) {
      const what = "decreases account's UnreservedConcurrentExecution below its minimum value";
      const message = `Specified ReservedConcurrentExecutions for function ${what} of [${least}].`;
      throw new LambdaError('InvalidParameterValueException', 400, message);
    }
    if (concurrency === undefined) this.reserved.delete(name);
    else this.reserved.set(name, concurrency);
  }

  /** Counts an invocation, which `leave` ends. @throws ThrottledError where a limit is reached */
  enter(name: string): void {
    const count = this.running.get(name) ?? 0;
    const own = this.reserved.get(name);
    if (own !== undefined && count >= own)
      throw new ThrottledError('ReservedFunctionConcurrentInvocationLimitExceeded');
    if (own === undefined && this.unreserved() <= 0) throw new ThrottledError('ConcurrentInvocationLimitExceeded');
    this.running.set(name, count + 1);
  }

  leave(name: string): void {
    const count = this.running.get(name) ?? 0;
    if (count > 1) this.running.set(name, count - 1);
    else this.running.delete(name);
  }

  /** The limit, and how much of it all functions reserve. */
  get account(): { readonly limit: number; readonly reserved: number } {
    return { limit: this.limit, reserved: [...this.reserved.values()].reduce((sum, count) => sum + count, 0) };
  }

  /** Invocations that functions without a reservation may still start. */
  private unreserved(): number {
    const shared = [...this.running].filter(([name]) => !this.reserved.has(name));
    const taken = [...this.reserved, ...shared].map(([, count]) => count);
    return taken.reduce((left, count) => left - count, this.limit);
  }
}
