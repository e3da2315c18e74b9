import { type EndpointFunction, KEYS } from '../contract.ts';
import { meanOf } from '../evidence/bounded-mean.ts';
import type { Decision } from '../judge/decide.ts';
import { explain } from '../judge/explain.ts';
import type { Finding, Outcome } from '../judge/finding.ts';
import { describeRouting, type Routing } from '../judge/routing.ts';
import type { RolloutState } from '../judge/state.ts';
import type { Wait } from '../judge/wait.ts';
import type { Step } from '../plan/steps.ts';
import type { Objects } from '../platform/objects.ts';
import { type Execution, recordsFolder } from './execution.ts';
import { type RecordedStep, recordStep } from './recorded-step.ts';

/** One tick's observations, decision and action: `…/audit/{tick}.json` and `status.json`. */
export interface TickRecord {
  readonly at: string;
  readonly endpoint: string;
  readonly version: string;
  readonly stable_version: string;
  readonly tick: number;
  readonly execution: string;
  /** When the rollout began. Absent: an earlier release began it. */
  readonly rollout_since?: string;
  readonly status: RolloutState['status'];
  /** The step that was judged. */
  readonly step: RecordedStep;
  readonly step_since: string;
  /** Id of the last order that the rollout has executed or refused; absent: none yet. */
  readonly control?: string;
  /** Name of the operator who ordered hold, while the rollout is held. */
  readonly held_by?: string;
  readonly outcome: Outcome;
  /** The verdict's arithmetic, for people. */
  readonly words: string;
  /** What the step waits for. Absent: it does not hold, or an earlier release recorded it. */
  readonly wait?: Wait;
  /** Where live traffic goes after this tick, for people. */
  readonly traffic: string;
  readonly needs_a_person: boolean;
  /** All numbers behind the verdict. */
  readonly findings: readonly Finding[];
  readonly steps: readonly RecordedStep[];
  /** Index of the present step in `steps`. */
  readonly step_number: number;
}

/** What a tick's record is made from. */
export interface TickTrace {
  readonly execution: Execution;
  readonly name: string;
  readonly decision: Decision;
  readonly steps: readonly Step[];
  /** The step that was judged: the state's own is already the next one. */
  readonly judged: Step | undefined;
  readonly routing: Routing;
  readonly now: Date;
  readonly wait?: Wait;
}

/**
 * Writes the tick's record under its number, so that a repeated tick overwrites its own.
 * @throws StoreUnavailableError
 */
export async function writeRecords(objects: Objects, trace: TickTrace): Promise<TickRecord> {
  const record = toRecord(trace);
  const { execution, name } = trace;
  const key = KEYS.audit(recordsFolder(execution, name), record.tick);
  await Promise.all([objects.putJson(key, record), writeStatus(objects, execution, record)]);
  return record;
}

/** A tick can outlive its stopped execution by a minute: it does not hide the status of a rollout that began later. */
export async function writeStatus(
  objects: Pick<Objects, 'findJson' | 'putJson'>,
  of: EndpointFunction,
  record: TickRecord,
): Promise<void> {
  const key = KEYS.status(of);
  const present = (await objects.findJson(key)) as Begin | undefined;
  if (present && isLater(present, record)) return;
  await objects.putJson(key, record);
}

type Begin = Pick<TickRecord, 'version' | 'rollout_since'>;

/** Earlier releases rolled out newer versions only, and recorded no begin. */
function isLater(a: Begin, b: Begin): boolean {
  if (b.rollout_since === undefined) return a.rollout_since !== undefined || Number(a.version) > Number(b.version);
  return a.rollout_since === undefined ? false : a.rollout_since > b.rollout_since;
}

function toRecord({ execution, name, decision, steps, judged, routing, now, wait }: TickTrace): TickRecord {
  const { state, verdict, raiseAlarm } = decision;
  return {
    at: now.toISOString(),
    endpoint: execution.endpoint,
    version: state.candidate,
    stable_version: state.live,
    tick: execution.ticks + 1,
    execution: name,
    ...(execution.begun !== undefined && { rollout_since: execution.begun }),
    status: state.status,
    step: recordStep(judged ?? { kind: 'done' }),
    step_since: new Date(state.since).toISOString(),
    ...(state.control !== undefined && { control: state.control }),
    ...(state.heldBy !== undefined && { held_by: state.heldBy }),
    outcome: verdict.outcome,
    words: explain(verdict, execution.endpoint),
    ...(wait && { wait }),
    traffic: describeRouting(routing),
    needs_a_person: raiseAlarm,
    findings: verdict.findings,
    steps: steps.map(recordStep),
    step_number: state.step,
  };
}

/** Mean disagreement of a shadow's answers so far, 0–1; undefined where the tick judged by none. */
export function disagreementOf({ findings }: Pick<TickRecord, 'findings'>): number | undefined {
  for (const finding of findings) {
    if (finding.kind !== 'mean' || finding.gate !== 'agreement') continue;
    return meanOf(finding.sample);
  }
  return undefined;
}
