/**
 * Names and records of the drift monitor, which stacks, functions and commands share: keys of the bucket, and the
 * schemas of what the monitor writes there. Times are ISO 8601, UTC.
 */

import * as z from 'zod';
import type { EndpointFunction } from './contract.ts';

/** A published version of an endpoint's function. */
export interface WatchedVersion extends EndpointFunction {
  readonly version: string;
}

/** Environment variables of functions. */
export const DRIFT_ENV = {
  /** Set where the endpoint has the setting `drift`, for the rollout function and the status function. */
  watched: 'DRIFT_WATCHED',
} as const;

/** First segments of the keys of the monitor: what it writes each hour, and one record for each drift. */
export const DRIFT_PREFIX = 'drift/';
export const FOUND_PREFIX = 'drifts/';

/** Keys of the monitor. */
export const DRIFT_KEYS = {
  ofEndpoint: (endpoint: string) => `drift/${endpoint}/`,
  /** `DriftReport`: the latest look at the live version. */
  report: (endpoint: string) => `drift/${endpoint}/report.json`,
  /** `AcceptedReference`: the reference period that an operator chose. Absent: the first week of the version. */
  reference: (endpoint: string) => `drift/${endpoint}/reference.json`,
  /** `MonitorState`. */
  state: (of: EndpointFunction) => `drift/${of.endpoint}/${of.functionName}/state.json`,
  /** The sketches of a version, one `SketchDay` for each day (UTC). */
  sketches: (of: WatchedVersion) => `drift/${of.endpoint}/${of.functionName}/v${of.version}/`,
  sketchDay: (of: WatchedVersion, day: string) => `${DRIFT_KEYS.sketches(of)}${day}.json`,
  /** `FoundDrift`, written once. S3 announces it, and an event follows. @param found time of the look */
  found: (of: WatchedVersion, found: string) =>
    `drifts/${of.endpoint}/${of.functionName}/v${of.version}-${found.slice(0, 13)}.json`,
} as const;

/** A metric of the job's function: 1 while the state of the report is `drift`, else 0. Count. */
export const DRIFT_METRIC = 'Drift';

/** Name of the output of an endpoint's stack that has the name of the job's function. */
export const DRIFT_FUNCTION_OUTPUT = 'DriftFunction';

/** Most pictures of each side in a report. */
export const MOST_PICTURES = 12;

/** Days after the last alarm for which a report says `drift`: a change that stays raises further alarms. */
export const DRIFT_DAYS = 7;

const time = z.iso.datetime();

const periodSchema = z.object({
  from: time,
  /** The first time behind the period. */
  to: time,
  pictures: z.int().nonnegative(),
  scenes: z.number().nonnegative(),
});

/** Change of one feature. */
const changeSchema = z.object({
  /** One of `FEATURES` of `functions/drift/bets.ts`. */
  feature: z.string(),
  /** Name of the histogram, or of the label. */
  of: z.string(),
  /** Of a label: of the pictures of which most objects have it (`main`), or of all objects (`share`). */
  by: z.enum(['main', 'share']).exactOptional(),
  /** Means, in the unit of the feature: of the reference, and since the change. */
  before: z.number(),
  now: z.number(),
  /** Difference of the means in standard deviations of the pictures before, on the feature's scale. */
  deviations: z.number(),
  /** Weight of now: how many scenes have the feature. */
  scenes: z.number(),
  /** Of labels, all of them together; of others, `deviations` without its sign. */
  size: z.number(),
  /** Natural logarithm of the evidence of the feature. */
  evidence: z.number(),
  /** The change in words: `darker by 62 % (110 → 42)`. */
  summary: z.string(),
});

/** A drift. */
export const driftSchema = z.object({
  /** First hour of the change, as far as the pictures tell. */
  since: time,
  /** End of the hour whose pictures raised the alarm. */
  found: time,
  /** Natural logarithm of the evidence. */
  evidence: z.number(),
  /** All in one sentence, with `since`. */
  summary: z.string(),
  /** The leading change first. Empty: many features changed a little. */
  changes: z.array(changeSchema),
});

/** A picture whose bytes were captured: an input, or an upload in the version that was answered. */
const shownPictureSchema = z.object({
  /** Id of the result. */
  id: z.string(),
  key: z.string(),
  version: z.string().exactOptional(),
});

/** What a look at an endpoint says: `drift/{endpoint}/report.json`, and `npm run drift -- {endpoint} --json`. */
export const driftReportSchema = z.object({
  endpoint: z.string(),
  function_name: z.string(),
  /** The version that was live at `at`. */
  version: z.string(),
  /** When the report was made. */
  at: time,
  /** `collecting`: the reference period is not complete. `drift`: an alarm within the last `DRIFT_DAYS`. */
  state: z.enum(['collecting', 'quiet', 'drift']),
  reference: periodSchema.extend({
    /** Absent: the first week of the version, by default. */
    accepted: z.object({ by: z.string(), at: time }).exactOptional(),
  }),
  compared: periodSchema,
  /** Natural logarithm of the evidence since the last alarm; null: none. */
  evidence: z.number().nullable(),
  /** The evidence that raises an alarm. */
  alarm_at: z.number(),
  /** All since the reference, in order. An alarm that repeats the one before is left out. */
  drifts: z.array(driftSchema),
  /** Pictures from before the last drift and after its start. Absent: nothing has drifted, or none is stored. */
  pictures: z.object({ before: z.array(shownPictureSchema), after: z.array(shownPictureSchema) }).exactOptional(),
  answers: z.object({
    with_measures: z.int().nonnegative(),
    without_measures: z.int().nonnegative(),
    unreadable: z.int().nonnegative(),
  }),
});

/** A drift that was found, as it is announced: without pictures, which may be erased. */
export const foundDriftSchema = driftSchema.extend({
  endpoint: z.string(),
  function_name: z.string(),
  version: z.string(),
  reference: periodSchema,
});

/** An operator's choice of the reference period. */
export const acceptedReferenceSchema = z.object({
  function_name: z.string(),
  version: z.string(),
  from: time,
  to: time,
  by: z.string(),
  at: time,
});

export type DriftReport = z.infer<typeof driftReportSchema>;
export type ReportedDrift = z.infer<typeof driftSchema>;
export type FoundDrift = z.infer<typeof foundDriftSchema>;
export type AcceptedReference = z.infer<typeof acceptedReferenceSchema>;
