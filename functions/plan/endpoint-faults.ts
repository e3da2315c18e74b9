/** Faults of a phase for its endpoint: what the endpoint does not support, and keys that contradict each other. */

import { inWords, milliseconds } from './duration.ts';
import type { Fault } from './fault.ts';
import type { CheckedPhase, CheckedShadow } from './plan-schema.ts';

/** The endpoint that a plan is checked for. */
export interface PlanEndpoint {
  /** A human's decision is a count, so only `count` can have a human as baseline. */
  readonly kind: 'count' | 'predict';
  /** Who answers callers. Default `model`. */
  readonly answeredBy?: 'model' | 'human';
  /** Share of requests and uploads, 0–1, that a shadow can replay. */
  readonly capture: number;
  /** Expected traffic; with it, phases that could never get enough requests or pictures are faults, too. */
  readonly requestsPerMinute?: number;
  /** Faults of a labelled set that only the stacks can find: the folder, its truth, its size. Default: none. */
  readonly setFaults?: (shadow: CheckedShadow, path: string) => readonly Fault[];
}

/** Phases that the endpoint does not support, and phases without a gate. @param path of the phase */
export function endpointFaults(phase: CheckedPhase, path: string, endpoint: PlanEndpoint): readonly Fault[] {
  const gates = gateFaults(phase, path);
  if (phase.kind !== 'shadow') return gates;
  const byHuman: Fault[] = endpoint.answeredBy === 'human' ? [humanFault(path)] : [];
  if (phase.judge === 'labels') {
    return [...gates, ...byHuman, ...(endpoint.setFaults?.(phase, `${path}.labels`) ?? [])];
  }
  return [...gates, ...byHuman, ...replayFaults(phase, path, endpoint)];
}

function gateFaults(phase: CheckedPhase, path: string): Fault[] {
  const { risk: _, minRequests: __, coldStart: ___, ...gates } = phase.gates as Record<string, unknown>;
  const isJudged = phase.kind === 'shadow' && (phase.judge === 'people' || phase.judge === 'labels');
  if (isJudged || !Object.values(gates).every((gate) => gate === false)) return [];
  return [{ path: `${path}.gates`, expected: 'Expected at least one gate that is not false', value: phase.gates }];
}

function humanFault(path: string): Fault {
  const expected = 'Expected no shadow: where a human answers, callers get no answer of a model to judge';
  return { path, expected, value: 'shadow' };
}

/** Faults of a shadow that replays requests. */
function replayFaults(phase: CheckedShadow, path: string, endpoint: PlanEndpoint): readonly Fault[] {
  const { capture, kind } = endpoint;
  const faults: Fault[] = [];
  if (capture === 0) {
    const expected = 'Expected an endpoint with capture over 0: a shadow replays captured inputs';
    faults.push({ path, expected, value: capture });
  }
  if (phase.baseline === 'human' && kind === 'predict') {
    const expected = 'Expected "live": a human gives a count, and this endpoint does not count';
    faults.push({ path: `${path}.baseline`, expected, value: 'human' });
  }
  if (phase.maxPictures < phase.pictures) {
    const expected = `Expected at least ${phase.pictures}, the value of pictures`;
    faults.push({ path: `${path}.maxPictures`, expected, value: phase.maxPictures });
  }
  return [...faults, ...sceneFaults(phase, path), ...supplyFaults(phase, path, endpoint)];
}

function sceneFaults({ scenes, repeats, maxPictures }: CheckedShadow, path: string): Fault[] {
  if (scenes === undefined) return [];
  const at = { path: `${path}.scenes`, value: scenes };
  if (repeats === 'count') {
    return [{ ...at, expected: 'Expected no scenes beside repeats "count", where they would have no effect' }];
  }
  return scenes <= maxPictures
    ? []
    : [{ ...at, expected: `Expected at most ${maxPictures}, the value of maxPictures` }];
}

/** A shadow that cannot get its least pictures before it raises its alarm. */
function supplyFaults(
  { baseline, pictures, sample, maxHold }: CheckedShadow,
  path: string,
  { capture, requestsPerMinute }: PlanEndpoint,
): Fault[] {
  if (requestsPerMinute === undefined || baseline === 'human' || capture === 0) return [];
  const minutes = milliseconds(maxHold) / 60_000;
  const most = Math.floor(requestsPerMinute * minutes * capture * sample);
  if (pictures <= most) return [];
  const rate = `${requestsPerMinute} requests per minute with capture ${capture} and sample ${sample}`;
  const time = `${inWords(milliseconds(maxHold))} (maxHold)`;
  if (most === 0) {
    return [
      { path: `${path}.maxHold`, expected: `Expected more time: no picture comes in it at ${rate}`, value: maxHold },
    ];
  }
  const expected = `Expected at most ${most}, the pictures that come in ${time} at ${rate}`;
  return [{ path: `${path}.pictures`, expected, value: pictures }];
}
