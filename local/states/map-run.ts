/** One run of a Distributed Map, and its children. All fields are stored. */

export type MapRunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

export interface MapRun {
  readonly arn: string;
  readonly executionArn: string;
  readonly machineArn: string;
  readonly label: string;
  /** Name of its state. */
  readonly state: string;
  readonly writer: { readonly bucket: string; readonly prefix: string };
  /** ISO 8601. */
  readonly startedAt: string;
  stoppedAt?: string;
  status: MapRunStatus;
  /** 0: as many as AWS allows. */
  maxConcurrency: number;
  /** 0–100. */
  toleratedFailurePercentage: number;
  redriveCount: number;
  redrivenAt?: string;
}

export type ChildStatus = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

/** One child execution. */
export interface Child {
  readonly name: string;
  /** JSON */
  readonly input: string;
  /** Number of its items. */
  readonly items: number;
  status: ChildStatus;
  /** JSON */
  output?: string;
  error?: string;
  cause?: string;
  /** ISO 8601. */
  startedAt?: string;
  stoppedAt?: string;
}

/** Counts of children or of items, with the names of AWS's answer. */
export type MapCounts = Readonly<Record<(typeof COUNTS)[number], number>>;

const COUNTS = [
  'pending',
  'running',
  'succeeded',
  'failed',
  'timedOut',
  'aborted',
  'total',
  'resultsWritten',
  'failuresNotRedrivable',
  'pendingRedrive',
] as const;

/** @param weight of a child: 1, or the number of its items */
export function countsOf({ status }: MapRun, children: readonly Child[], weight: (child: Child) => number): MapCounts {
  const total = (statuses: readonly ChildStatus[]) =>
    children.filter((child) => statuses.includes(child.status)).reduce((all, child) => all + weight(child), 0);
  const hasEnded = status !== 'RUNNING';
  return {
    pending: total(['PENDING']),
    running: total(['RUNNING']),
    succeeded: total(['SUCCEEDED']),
    failed: total(['FAILED']),
    timedOut: 0,
    aborted: total(['ABORTED']),
    total: total(['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'ABORTED']),
    resultsWritten: hasEnded ? total(['SUCCEEDED', 'FAILED', 'ABORTED']) : 0,
    failuresNotRedrivable: 0,
    pendingRedrive: 0,
  };
}

/** Whether more items have failed than are tolerated. */
export function isOverTolerance(run: MapRun, children: readonly Child[]): boolean {
  const { failed, total } = countsOf(run, children, ({ items }) => items);
  return failed > 0 && (100 * failed) / total > run.toleratedFailurePercentage;
}
