/** List prices, from `prices.json`. Other regions differ by up to a half: to use theirs, change that file. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const price = z.number().positive();

const schema = z.strictObject({
  region: z.string(),
  /** Month in which the prices were read. */
  date: z.string(),
  sources: z.array(z.url()),
  dollars: z.strictObject({
    /** One GB of memory for one second. */
    lambdaGbSecondArm64: price,
    lambdaGbSecondX64: price,
    lambdaInvocation: price,
    httpApiCall: price,
    s3Put: price,
    s3Get: price,
    s3GbMonth: price,
    snsPublish: price,
    /** One GB of message bodies, for each filter that compares them. Not checked against the pricing page. */
    snsFilterGb: price,
    sqsRequest: price,
    /** 64 KB of an event on a bus of its own. */
    customEvent: price,
    /** One GB of log entries, received. */
    logGb: price,
    metricMonth: price,
    alarmMonth: price,
    dashboardMonth: price,
    /** One metric that `GetMetricData` reads. */
    metricRead: price,
    stateTransition: price,
    trace: price,
    keyMonth: price,
  }),
});

/** Prices with their region, date and sources. US dollars. */
export type Prices = z.output<typeof schema>;

/** The prices of `prices.json`. */
export const PRICES: Prices = schema.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'prices.json'), 'utf8')));
