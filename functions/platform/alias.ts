import {
  type AliasConfiguration,
  GetAliasCommand,
  type LambdaClient,
  PreconditionFailedException,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { describeRouting, type Routing, roundPercent } from '../judge/routing.ts';

/** The alias was moved between this reading and writing. The other move is never overwritten. */
export class AliasMovedError extends Error {
  override readonly name = 'AliasMovedError';
  constructor(alias: string, expected: string, options?: ErrorOptions) {
    super(`Expected the alias ${alias} to be as it was read (${expected}), but it was moved meanwhile`, options);
  }
}

/** The alias carries more than one additional version, or weights that no rollout sets. */
export class UnknownRoutingError extends Error {
  override readonly name = 'UnknownRoutingError';
}

/**
 * The note in the alias's description, so that a rollback needs only the alias. Lambda allows 256 characters.
 */
const noteSchema = z.object({
  /** The version that had all traffic before the present one; a rollback goes there. */
  previous: z.string().optional(),
  /** The candidate of the rollout that moved the alias last. */
  rollout: z.string().optional(),
  /** Number of the rollout's move, counted from 1: by it a repeated tick recognises its own move. */
  move: z.int().optional(),
  /** The routing that it set, in short: `3`, or `3 4:10`. Absent: an earlier release moved it. */
  to: z.string().optional(),
  /** Who moved it: `rollout`, or an operator's name. */
  by: z.string(),
  /** ISO 8601, UTC. */
  at: z.string(),
});

/** @see noteSchema */
export type AliasNote = z.infer<typeof noteSchema>;

/** The alias as read. The next write requires the same `revision`. */
export interface AliasState {
  readonly routing: Routing;
  readonly revision: string;
  /** Absent until the rollout or an operator's command moves it: CloudFormation made it. */
  readonly note?: AliasNote;
  /** Whether it was moved after its note, by someone who left none, as in the console. Default false. */
  readonly movedByHand?: boolean;
}

/** One alias of one function. */
export class Alias {
  private readonly lambda: LambdaClient;
  private readonly functionName: string;
  private readonly name: string;

  constructor(lambda: LambdaClient, functionName: string, name: string) {
    this.lambda = lambda;
    this.functionName = functionName;
    this.name = name;
  }

  /** @throws UnknownRoutingError */
  async read(): Promise<AliasState> {
    const alias = await this.lambda.send(new GetAliasCommand({ FunctionName: this.functionName, Name: this.name }));
    return stateOf(alias);
  }

  /**
   * Moves traffic in one call, unless the alias was moved since `from` was read.
   * @returns the alias after the move
   * @throws AliasMovedError
   */
  async move(from: AliasState, to: Routing, note: AliasNote): Promise<AliasState> {
    try {
      const alias = await this.lambda.send(
        new UpdateAliasCommand({
          FunctionName: this.functionName,
          Name: this.name,
          FunctionVersion: to.version,
          // Because a missing key keeps the additional version; an empty map removes it.
          RoutingConfig: { AdditionalVersionWeights: weightsOf(to) },
          RevisionId: from.revision,
          Description: JSON.stringify({ ...note, to: inShort(to), by: note.by.slice(0, MOST_NAME) }),
        }),
      );
      return stateOf(alias);
    } catch (cause) {
      if (!(cause instanceof PreconditionFailedException)) throw cause;
      throw new AliasMovedError(this.name, describeRouting(from.routing), { cause });
    }
  }
}

/** Lambda allows 256 characters in a description; the rest of a note needs fewer than 170. */
const MOST_NAME = 80;

function weightsOf({ candidate }: Routing): Record<string, number> {
  return candidate && candidate.percent > 0 ? { [candidate.version]: roundPercent(candidate.percent) / 100 } : {};
}

function stateOf(alias: AliasConfiguration): AliasState {
  const note = readNote(alias.Description);
  const routing = routingOf(alias);
  const movedByHand = note?.to !== undefined && note.to !== inShort(routing);
  return {
    routing,
    revision: alias.RevisionId ?? '',
    ...(note && { note }),
    ...(movedByHand && { movedByHand }),
  };
}

function inShort({ version, candidate }: Routing): string {
  return candidate && candidate.percent > 0
    ? `${version} ${candidate.version}:${roundPercent(candidate.percent)}`
    : version;
}

function routingOf({ Name, FunctionVersion, RoutingConfig }: AliasConfiguration): Routing {
  const weights = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {});
  const [first, ...more] = weights;
  if (FunctionVersion === undefined || more.length > 0) {
    throw new UnknownRoutingError(
      `Expected ${Name} to name one version and at most one more, received ${JSON.stringify(weights)}`,
    );
  }
  if (!first) return { version: FunctionVersion };
  return { version: FunctionVersion, candidate: { version: first[0], percent: roundPercent(first[1] * 100) } };
}

/** A description that is not in the note's form was written by hand: no note. */
function readNote(description: string | undefined): AliasNote | undefined {
  try {
    return noteSchema.parse(JSON.parse(description ?? ''));
  } catch {
    return undefined;
  }
}
