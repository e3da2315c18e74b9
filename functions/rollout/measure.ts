import type { ForeignMove, Observations } from '../judge/observations.ts';
import { routingOf, sameRouting, withoutShare } from '../judge/routing.ts';
import { type RequiredMeasurement, type RolloutState, requiredMeasurement } from '../judge/state.ts';
import type { Step } from '../plan/steps.ts';
import type { AliasState } from '../platform/alias.ts';
import type { Objects } from '../platform/objects.ts';
import { readControl } from '../records/control.ts';
import { type Execution, recordsFolder, type SavedShadow } from '../records/execution.ts';
import { recordedPerMinute } from '../records/recorded-rate.ts';
import { readProgress, type ShadowProgress, saveProgress } from '../records/shadow-progress.ts';
import { type DriftContext, observedDrift } from './drift.ts';
import type { FunctionVersion } from './function-version.ts';
import { goldenResult } from './golden-gate.ts';
import { advanceLabels } from './labelled.ts';
import { judgedByPeople } from './people.ts';
import { advanceShadow, type ShadowContext } from './shadow.ts';
import type { Traffic } from './traffic.ts';

/** The sources of a tick's measurements. */
export interface MeasureContext extends Pick<DriftContext, 'watchesDrift'> {
  readonly objects: Objects;
  readonly candidate: FunctionVersion;
  /** The version that the rollout keeps or replaces. */
  readonly stable: FunctionVersion;
  readonly traffic: Traffic;
  readonly live: AliasState;
  /** The version that the alias `candidate` points to: the newest. */
  readonly newest: string;
  readonly now: Date;
  /** Name of the execution. */
  readonly executionName: string;
}

/** A tick's observations, and where the shadow's progress is saved. */
export interface Measurement {
  readonly observations: Omit<Observations, 'now'>;
  readonly shadow?: SavedShadow;
}

type RequiredTraffic = Extract<RequiredMeasurement, { kind: 'traffic' }>;

/** Measures what the rollout's present step is judged by, and nothing else. */
export async function measure(
  execution: Execution,
  steps: readonly Step[],
  context: MeasureContext,
): Promise<Measurement> {
  const { state } = execution;
  const orders = await eventsOf(execution, steps, context);
  // A rollout that is about to end needs no more pictures or counts.
  if (orders.foreignMove || orders.newerVersion !== undefined) return { observations: orders };
  const events = { ...orders, ...(await observedDrift(execution, context)) };
  const required = requiredMeasurement(steps, state);
  switch (required.kind) {
    case 'nothing':
      return { observations: events };
    case 'golden':
      return { observations: { ...events, golden: await goldenResult(context.candidate) } };
    case 'shadow':
      return measureShadow(execution, required, events, context);
    case 'traffic': {
      const minutes = context.traffic.minutes(state, required.fromMinute, context.now, required);
      const [traffic, usualTimes, usual, coldStarts] = await Promise.all([
        minutes,
        usualTimesOf(required, state, context),
        usualOf(required, state, context),
        coldStartsOf(required, state, context),
      ]);
      return { observations: { ...events, traffic, ...usualTimes, ...usual, ...coldStarts } };
    }
  }
}

type RequiredShadow = Extract<RequiredMeasurement, { kind: 'shadow' }>;

async function measureShadow(
  execution: Execution,
  required: RequiredShadow,
  events: Omit<Observations, 'now'>,
  context: MeasureContext,
): Promise<Measurement> {
  const { objects, candidate, stable, now } = context;
  const { endpoint, functionName, ticks, state } = execution;
  const folder = recordsFolder(execution, context.executionName);
  const shadowContext = { objects, candidate, live: stable, endpoint, functionName, folder, state, now };
  const before = await readProgress(objects, execution, folder);
  const { progress: judged, ...truth } = await advance(required, before, shadowContext);
  const progress = await withRecordedRate(required, judged, shadowContext);
  const isNew = progress !== before || execution.shadow === undefined;
  const shadow = isNew ? await saveProgress(objects, { progress, ticks }, folder) : execution.shadow;
  const usualTimes = await usualTimesOf(required, state, context);
  const usual = await usualOf(required, state, context);
  const unanswered =
    isOfRequests(required) && progress.tally.pictures === 0 ? await unansweredOf(required, progress, context) : {};
  const pictures = { shadow: progress.tally, ...supplyOf(required, progress) };
  return { observations: { ...events, ...pictures, ...truth, ...usualTimes, ...usual, ...unanswered }, shadow };
}

/** Once for a shadow: how many pictures will come after those that are recorded already. */
async function withRecordedRate(
  required: RequiredShadow,
  progress: ShadowProgress,
  { objects, endpoint, now }: Pick<MeasureContext, 'objects' | 'now'> & { readonly endpoint: string },
): Promise<ShadowProgress> {
  if (!isOfRequests(required) || progress.recordedPerMinute !== undefined) return progress;
  const { sample } = required;
  return { ...progress, recordedPerMinute: await recordedPerMinute(objects, { endpoint, sample, now }) };
}

function supplyOf(
  required: RequiredShadow,
  { queue = [], recordedPerMinute: rate }: ShadowProgress,
): Pick<Observations, 'supply'> {
  if (!isOfRequests(required)) return {};
  return { supply: { queued: queue.length, ...(rate !== undefined && { recordedPerMinute: rate }) } };
}

/** Whether the shadow replays recorded requests in the order of their time. */
function isOfRequests({ baseline, labels }: RequiredShadow): boolean {
  return baseline === 'live' && !labels;
}

/** The shadow's progress, and what is known about the truth. */
async function advance(required: RequiredShadow, before: ShadowProgress | undefined, context: ShadowContext) {
  if (required.labels) return advanceLabels(required.labels, required, before, context);
  const progress = await advanceShadow(required, before, context);
  return required.people ? judgedByPeople(progress, { ...context, ...required.people }) : { progress };
}

/** A shadow of live finds no picture where live has answered none. */
async function unansweredOf(
  { baseline }: RequiredShadow,
  { refused: candidate }: ShadowProgress,
  { traffic, live, now }: MeasureContext,
): Promise<Pick<Observations, 'unanswered'>> {
  const usual = baseline === 'live' ? await traffic.usual(live.routing.version, now) : undefined;
  if (!usual) return {};
  const { trials: requests, hits: rejections } = usual.rejections;
  const { hits: failures } = usual.failures;
  if (requests === 0 || rejections + failures < requests) return {};
  return { unanswered: { requests, rejections, failures, ...(candidate && { candidate }) } };
}

/** Orders, newer versions and foreign moves of the alias since the last tick. */
async function eventsOf(execution: Execution, steps: readonly Step[], context: MeasureContext) {
  const { state } = execution;
  const { objects, live, newest, executionName } = context;
  const control = await readControl(objects, execution, { version: state.candidate, execution: executionName });
  const foreignMove = control?.kind === 'rollback' ? undefined : foreignMoveOf(steps, state, live);
  return {
    ...(control && { control }),
    ...(foreignMove && { foreignMove }),
    ...(newest !== (execution.newest ?? state.candidate) && { newerVersion: newest }),
  };
}

/**
 * A move of the alias by someone else. The rollout's own moves are the routing of its state, and that of a tick which
 * was killed after its move: its note has the next move's number.
 */
function foreignMoveOf(
  steps: readonly Step[],
  state: RolloutState,
  { routing, note, movedByHand = false }: AliasState,
): ForeignMove | undefined {
  const expected = routingOf(steps, state);
  if (!expected || sameRouting(expected, routing)) return undefined;
  const witness = movedByHand ? undefined : note;
  if (witness?.rollout === state.candidate && witness.move === state.moves + 1) return undefined;
  const isShared = withoutShare(routing, state.candidate) !== undefined;
  return {
    routing,
    expected,
    ...(witness && { by: witness.by }),
    ...(isShared && { withdrawn: state.candidate }),
  };
}

async function usualTimesOf(
  { usualTimes: isNeeded }: { readonly usualTimes: boolean },
  { live }: RolloutState,
  { traffic, now }: MeasureContext,
): Promise<Pick<Observations, 'usualTimes'>> {
  const usualTimes = isNeeded ? await traffic.usualTimes(live, now) : undefined;
  return usualTimes === undefined ? {} : { usualTimes };
}

async function coldStartsOf(
  { coldStartOverMs }: RequiredTraffic,
  { candidate }: RolloutState,
  { traffic, now }: MeasureContext,
): Promise<Pick<Observations, 'coldStarts'>> {
  if (coldStartOverMs === undefined) return {};
  const coldStarts = await traffic.coldStarts(candidate, coldStartOverMs, now);
  return coldStarts === undefined ? {} : { coldStarts };
}

async function usualOf(
  { usual: isNeeded, since }: Pick<RequiredTraffic, 'usual' | 'since'>,
  { live }: RolloutState,
  { traffic }: MeasureContext,
): Promise<Pick<Observations, 'usual'>> {
  const usual = isNeeded ? await traffic.usual(live, new Date(since)) : undefined;
  return usual === undefined ? {} : { usual };
}
