/**
 * An alias of the doctor's own on an endpoint's function, so that a split and a rollback can be measured while `live`
 * stays as it is.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateAliasCommand,
  DeleteAliasCommand,
  InvokeCommand,
  type InvokeCommandOutput,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { PROBE_ALIAS } from '../../functions/contract.ts';
import { Alias } from '../../functions/platform/alias.ts';
import type { DeployedEndpoint } from '../rollout/deployed-endpoint.ts';
import type { DoctorContext } from './context.ts';

/** Invocations at a time, because a new account allows ten for all functions. */
const AT_A_TIME = 2;
/** How long a new alias may be unknown. Milliseconds. */
const UNKNOWN_MS = 10_000;
const RETRY_MS = 200;

/** The versions that share the invocations of the alias. */
export interface Pair {
  readonly stable: string;
  readonly other: string;
}

/** One invocation of the alias. */
export interface ProbeAnswer {
  /** The version that answered. */
  readonly version: string;
  /** When it was sent, milliseconds of `performance.now()`. */
  readonly sentAt: number;
  /** The error of the function; absent: it answered. */
  readonly error?: string;
}

/** The alias while it exists. */
export class Probe {
  private readonly context: DoctorContext;
  private readonly endpoint: DeployedEndpoint;
  private readonly alias: Alias;
  readonly pair: Pair;
  /** Deletes the alias. */
  readonly remove: () => Promise<void>;

  /** @param remove deletes the alias */
  private constructor(context: DoctorContext, endpoint: DeployedEndpoint, pair: Pair, remove: () => Promise<void>) {
    this.context = context;
    this.endpoint = endpoint;
    this.pair = pair;
    this.remove = remove;
    this.alias = new Alias(endpoint.lambda, endpoint.functionName, PROBE_ALIAS);
  }

  /**
   * Creates the alias. One that a killed run has left is replaced.
   * @param share of the other version, 0–1
   */
  static async create(
    context: DoctorContext,
    endpoint: DeployedEndpoint,
    { share, ...pair }: Pair & { readonly share: number },
  ): Promise<Probe> {
    await deleteAlias(endpoint);
    const remove = context.cleanups.add({
      what: `alias ${PROBE_ALIAS} of ${endpoint.endpoint}`,
      remove: () => deleteAlias(endpoint),
      remedy: `aws lambda delete-alias --function-name ${endpoint.functionName} --name ${PROBE_ALIAS}`,
    });
    await endpoint.lambda.send(
      new CreateAliasCommand({
        FunctionName: endpoint.functionName,
        Name: PROBE_ALIAS,
        FunctionVersion: pair.stable,
        RoutingConfig: { AdditionalVersionWeights: { [pair.other]: share } },
        Description: 'Made by npm run doctor, which deletes it at its end. Not used by callers.',
      }),
    );
    return new Probe(context, endpoint, pair, remove);
  }

  /** Moves the alias back to the stable version, as a rollback moves `live`. */
  async moveBack(): Promise<void> {
    const { routing, revision } = await this.alias.read();
    const note = { by: PROBE_ALIAS, at: new Date().toISOString() };
    await this.alias.move({ routing, revision }, { version: this.pair.stable }, note);
  }

  /** Invokes the alias until there are so many answers, some at a time. */
  async invokeMany(count: number): Promise<ProbeAnswer[]> {
    const answers: ProbeAnswer[] = [];
    while (answers.length < count) answers.push(...(await this.invokeSome()));
    return answers.slice(0, count);
  }

  /** Some invocations at the same time. */
  invokeSome(): Promise<ProbeAnswer[]> {
    return Promise.all(Array.from({ length: AT_A_TIME }, () => this.invoke()));
  }

  private async invoke(): Promise<ProbeAnswer> {
    const sentAt = performance.now();
    const { ExecutedVersion: version = '', FunctionError, Payload } = await this.send(sentAt + UNKNOWN_MS);
    if (FunctionError === undefined) return { version, sentAt };
    return { version, sentAt, error: `${FunctionError}: ${Payload?.transformToString() ?? ''}` };
  }

  /** Retries while the new alias is not known everywhere. */
  private async send(until: number): Promise<InvokeCommandOutput> {
    const { lambda, functionName, endpoint } = this.endpoint;
    const { signal } = this.context;
    const Payload = JSON.stringify(unknownPrediction(endpoint));
    const command = new InvokeCommand({ FunctionName: functionName, Qualifier: PROBE_ALIAS, Payload });
    for (;;) {
      try {
        return await lambda.send(command, { abortSignal: signal });
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException) || performance.now() > until) throw error;
        await sleep(RETRY_MS, undefined, { signal });
      }
    }
  }
}

/**
 * An alias that does not exist is no error. Lambda documents none for it, and MiniStack has one.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_DeleteAlias.html
 */
async function deleteAlias({ lambda, functionName: FunctionName }: DeployedEndpoint): Promise<void> {
  try {
    await lambda.send(new DeleteAliasCommand({ FunctionName, Name: PROBE_ALIAS }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}

/**
 * A request for a prediction that cannot exist: the cheapest that every version answers (404). It runs no model, reads
 * no object and counts in no metric of the endpoint.
 */
function unknownPrediction(endpoint: string): object {
  return {
    version: '2.0',
    routeKey: `GET /${endpoint}/predictions/{id}`,
    rawPath: `/${endpoint}/predictions/${PROBE_ALIAS}`,
    rawQueryString: '',
    headers: {},
    pathParameters: { id: PROBE_ALIAS },
    requestContext: { http: { method: 'GET', path: `/${endpoint}/predictions/${PROBE_ALIAS}` } },
    isBase64Encoded: false,
  };
}
