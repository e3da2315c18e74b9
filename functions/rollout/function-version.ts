import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { GoldenAnswer, GoldenEvent, Invocation, LabelledEvent, ReplayAnswer, ReplayEvent } from '../api/events.ts';

/** Another version than the requested one answered. */
export class WrongVersionError extends Error {
  override readonly name = 'WrongVersionError';
  constructor(expected: string, received: string) {
    super(`Expected version ${expected} to answer, received an answer of version ${received}`);
  }
}

/** A published version, invoked directly: for golden pictures and replays, never for callers' requests. */
export class FunctionVersion {
  private readonly lambda: LambdaClient;
  private readonly functionName: string;
  private readonly version: string;

  constructor(lambda: LambdaClient, functionName: string, version: string) {
    this.lambda = lambda;
    this.functionName = functionName;
    this.version = version;
  }

  /**
   * @param model name of a model of the version; absent: its first one
   * @throws WrongVersionError; Lambda's own errors (throttled, no such function)
   */
  golden(model?: string): Promise<Invocation<GoldenAnswer>> {
    return this.invoke<GoldenAnswer>({ kind: 'golden', ...(model !== undefined && { model }) });
  }

  /** @param id of a recorded request. @throws WrongVersionError; Lambda's own errors */
  replay(id: string): Promise<Invocation<ReplayAnswer>> {
    return this.invoke<ReplayAnswer>({ kind: 'replay', id });
  }

  /** @param photo key below the endpoint's labelled sets. @throws WrongVersionError; Lambda's own errors */
  labelled(photo: string): Promise<Invocation<ReplayAnswer>> {
    return this.invoke<ReplayAnswer>({ kind: 'labelled', photo });
  }

  private async invoke<T>(event: GoldenEvent | ReplayEvent | LabelledEvent): Promise<Invocation<T>> {
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

/** From Lambda's error payload: `errorType`, `errorMessage`. Without the stack, because records are shared. */
function describeFailure(payload: unknown): string {
  const { errorType = 'Unhandled', errorMessage = 'no message' } = (payload ?? {}) as Record<string, string>;
  return `${errorType}: ${errorMessage}`.slice(0, 300);
}
