/** What a notice about a rollout says: complete without its report. */

/** What happens in a rollout. */
export const ROLLOUT_NEWS = [
  'started',
  'step_moved',
  'waits',
  'held',
  'resumed',
  'promoted',
  'rolled_back',
  'superseded',
  'stopped',
] as const;
export type RolloutNews = (typeof ROLLOUT_NEWS)[number];

/** What a notice is made from: codes and the words of a tick's record. */
export interface Notice {
  readonly news: RolloutNews;
  readonly endpoint: string;
  /** The new version, and the one before. */
  readonly version: string;
  readonly stable: string;
  /** The step that was judged, and the present one: `canary at 10 %`. */
  readonly judged: string;
  readonly present: string;
  /** The verdict's arithmetic. */
  readonly reason: string;
  /** Where live traffic goes. */
  readonly traffic: string;
  /** What the rollout waits for. */
  readonly wait?: string;
  /** Whether `resume` is one of the decisions. Default: no. */
  readonly canResume?: boolean;
  /** Address of the report. */
  readonly report: string;
}

const HEADLINES: { readonly [N in RolloutNews]: (notice: Notice) => string } = {
  started: ({ version, stable }) => `the rollout of version ${version} started, with version ${stable} live`,
  step_moved: ({ version, judged, present }) => `version ${version} passed the step "${judged}": next "${present}"`,
  waits: ({ version, present }) => `version ${version} waits for an operator in the step "${present}"`,
  held: ({ version, present }) => `version ${version} is held in the step "${present}"`,
  resumed: ({ version, present }) => `the rollout of version ${version} goes on in the step "${present}"`,
  promoted: ({ version }) => `version ${version} was promoted to all traffic`,
  rolled_back: ({ version, judged }) => `version ${version} was rolled back in the step "${judged}"`,
  superseded: ({ version }) => `the rollout of version ${version} ended, because a newer version replaces it`,
  stopped: ({ version }) => `the rollout of version ${version} stopped, because the alias was moved`,
};

/** One line: `count-cars: version 7 was rolled back in the step "canary at 10 %"`. */
export function headline(notice: Notice): string {
  return `${notice.endpoint}: ${HEADLINES[notice.news](notice)}`;
}

/** Headline, reason with its numbers, traffic, what it waits for, and the address of the report. */
export function explainNotice(notice: Notice): string {
  const { reason, traffic, wait, report, endpoint, canResume = false } = notice;
  const resume = canResume ? `resume ${endpoint}, ` : '';
  const order = `Decide: npm run rollout -- ${resume}promote ${endpoint}, or rollback ${endpoint}.`;
  return [
    `${headline(notice)}.`,
    `Reason: ${reason}.`,
    `Live traffic: ${traffic}.`,
    ...(wait === undefined ? [] : [`${wait}.`]),
    ...(notice.news === 'waits' ? [order] : []),
    `Report: ${report}`,
  ].join('\n');
}
