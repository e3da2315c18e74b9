import type { Detection } from '../../functions/judge/agreement.ts';
import type { Random } from './random.ts';

/** A candidate's fault. */
export interface Fault {
  readonly name: string;
  /** Share of requests that fail in addition to those that fail for live. */
  readonly errors: number;
  /** Share of requests that are rejected in addition to those that live rejects. */
  readonly rejections: number;
  /** Minutes from the end of a minute until the metrics of its failures have come. */
  readonly failuresAfter: number;
  /** Whether replays fail and are rejected as live requests are. */
  readonly inReplays: boolean;
  /** How many times longer requests take. */
  readonly slowdown: number;
  /** The candidate's detections, from those of an equal model. */
  see(detections: readonly Detection[], random: Random): readonly Detection[];
}

/**
 * Minutes from the end of a minute until its failures are counted. Those that the function writes itself come as its
 * other metrics do. Those of crashes come from Lambda, later. Those of timeouts do, too, and belong to the minute in
 * which the request began, up to half a minute earlier. Assumed for AWS, as in `functions/rollout/traffic.ts`.
 */
const COUNTED = { written: 2, crash: 4, timeout: 5 };

const asItIs = (detections: readonly Detection[]) => detections;

function fault(name: string, parts: Partial<Omit<Fault, 'name'>>): Fault {
  return {
    name,
    errors: 0,
    rejections: 0,
    failuresAfter: COUNTED.written,
    inReplays: true,
    slowdown: 1,
    see: asItIs,
    ...parts,
  };
}

/** A candidate that is as good as live. */
export const NO_FAULT = fault('none', {});

/** A tenth of the objects is missed: with the same pixels, exactly the default margin of agreement. */
export const ONE_IN_TEN = fault('one box in ten missed', { see: missing(0.1) });

/** Just outside of the margin where the two models do not see the same pixels. Only where pictures come again. */
export const ONE_IN_TWELVE = fault('one box in twelve missed', { see: missing(1 / 12) });

/** The count is wrong by one in every fifth picture. */
export const OFF_BY_ONE = fault('count off by one in every fifth picture', { see: offByOne });

export const SLOWER = fault('1.3 × latency', { slowdown: 1.3 });
export const MUCH_SLOWER = fault('1.5 × latency', { slowdown: 1.5 });
/** Where latency is steady, these are found; where it spreads widely, they are within the tolerance of a canary. */
export const A_LITTLE_SLOWER = fault('1.1 × latency', { slowdown: 1.1 });
export const TOLERATED = fault('none, 1.1 × latency', { slowdown: 1.1 });

/** Fails in half as many requests as a live version that fails in 60 %, or in 20 %. */
export const HALF_FIX = fault('none, half of the errors of live fixed', { errors: -0.3 });
export const HALF_FIX_OF_20 = fault('none, half of 20 % errors of live fixed', { errors: -0.1 });

/** Such as a request that no shadow records. */
export const ONLY_LIVE = fault('one request in ten fails, never in a replay', { errors: 0.1, inReplays: false });

const AS_GOOD_AS_LIVE: readonly Fault[] = [NO_FAULT, TOLERATED, HALF_FIX, HALF_FIX_OF_20];

/** Whether a rollout has to stop the candidate. */
export function isFaulty(fault: Fault): boolean {
  return !AS_GOOD_AS_LIVE.includes(fault);
}

/** The faults that a rollout has to stop. */
export const FAULTS: readonly Fault[] = [
  fault('2 % errors', { errors: 0.02 }),
  fault('3 × latency', { slowdown: 3 }),
  SLOWER,
  ONE_IN_TEN,
  OFF_BY_ONE,
  fault('count a fifth too small', { see: missing(0.2) }),
  fault('one request in five fails', { errors: 0.2 }),
  fault('one request in ten times out', { errors: 0.1, failuresAfter: COUNTED.timeout }),
  fault('every picture rejected', { rejections: 1 }),
  fault('one picture in fifty rejected', { rejections: 0.02 }),
  ONLY_LIVE,
  fault('one picture in fifty kills the process', { errors: 0.02, failuresAfter: COUNTED.crash }),
  fault('every box twice', { see: (detections) => [...detections, ...detections] }),
  fault('one box in three missed', { see: missing(1 / 3) }),
];

function missing(share: number): Fault['see'] {
  return (detections, random) => detections.filter(() => !random.chance(share));
}

/** One box more or one less, as it comes. */
function offByOne(detections: readonly Detection[], random: Random): readonly Detection[] {
  if (!random.chance(0.2)) return detections;
  const [first, ...others] = detections;
  if (first && random.chance(0.5)) return others;
  const extra = { label: 'car', confidence: 0.5, box: { x: 600, y: 500, width: 40, height: 40 } };
  return [...detections, extra];
}
