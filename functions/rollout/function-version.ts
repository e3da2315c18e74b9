import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { GoldenAnswer, GoldenEvent, Invocation, ReplayAnswer, ReplayEvent } from '../api/events.ts';

/** The alias answered from another version than the one under examination: the rollout's subject is gone. */
export class WrongVersionError extends Error {
  override readonly name = 'WrongVersionError';
  constructor(expected: string, received: string) {
    super(`Expected version ${expected} to answer, received an answer of version ${received}`);
  }
}

/** The version under examination, asked directly: no caller's request goes through here. */
export class FunctionVersion {
  private readonly lambda: LambdaClient;
  private readonly functionName: string;
  private readonly version: string;

  constructor(lambda: LambdaClient, functionName: string, version: string) {
    this.lambda = lambda;
    this.functionName = functionName;
    this.version = version;
  }

  /** @throws WrongVersionError; whatever Lambda itself answers (throttled, no such function) */
  golden(): Promise<Invocation<GoldenAnswer>> {
    return this.ask<GoldenAnswer>({ kind: 'golden' });
  }

  /** @param id of a recorded request. @throws WrongVersionError; whatever Lambda itself answers */
  replay(id: string): Promise<Invocation<ReplayAnswer>> {
    return this.ask<ReplayAnswer>({ kind: 'replay', id });
  }

  private async ask<T>(event: GoldenEvent | ReplayEvent): Promise<Invocation<T>> {
    const { FunctionError, Payload, ExecutedVersion } = await this.lambda.send(
      new InvokeCommand({
        FunctionName: this.functionName,
        Qualifier: this.version,
        Payload: new TextEncoder().encode(JSON.stringify(event)),
      }),
    );
    const payload = JSON.parse(new TextDecoder().decode(Payload) || 'null');
    if (FunctionError) return { ok: false, failure: describeFailure(payload) };
    if (ExecutedVersion && ExecutedVersion !== this.version) throw new WrongVersionError(this.version, ExecutedVersion);
    return { ok: true, answer: payload as T };
  }
}

/** Lambda's error payload: `errorType`, `errorMessage`; the stack stays out of records that people pass on. */
function describeFailure(payload: unknown): string {
  const { errorType = 'Unhandled', errorMessage = 'no message' } = (payload ?? {}) as Record<string, string>;
  return `${errorType}: ${errorMessage}`.slice(0, 300);
}
