/** What the drift monitor of an endpoint costs in a month. */

import { gbSecondPrice } from '../../lib/cost.ts';
import { PRICES } from '../../lib/prices.ts';
import type { Usage } from './bill.ts';
import { at, type Line, line, memory, of } from './line.ts';

const { dollars: PRICE } = PRICES;

/** Looks of a month, one each hour. */
const LOOKS = 730;
/** Estimate of the function's time for a result: half of it waits for S3. */
const SECONDS_PER_RESULT = 0.001;
/**
 * Of a look at a version that is live for a year: its sketches are read and compared anew. Measured: 0.6 ms for an hour
 * of sketches.
 */
const SECONDS_PER_LOOK = 6;
/** Days of sketches of such a version; report, reference and state. */
const READ = 365 + 3;
/** Objects that a look writes: a day of sketches, the state twice, the report. */
const WRITTEN = 4;
/** Lists of a look: captured pictures, and the days of sketches twice. */
const LISTS = 3;
/** Keys that S3 lists for one request. */
const KEYS_PER_LIST = 1000;

/** A month of looks at an endpoint. @param memoryMb of the monitor's function */
export function driftLines(memoryMb: number, { pictures: count, arch }: Usage): Line[] {
  const pictures = of(count, 'pictures');
  const looks = of(LOOKS, 'looks');
  const [gb, gbSecond] = [memory(memoryMb), at(gbSecondPrice(arch))];
  return [
    line('S3: reads of results', pictures, at(PRICE.s3Get)),
    line('S3: lists of pictures', of(Math.ceil(count / KEYS_PER_LIST), 'lists'), at(PRICE.s3Put)),
    line('Lambda: results', pictures, of(SECONDS_PER_RESULT, 's'), gb, gbSecond),
    line('Lambda: looks, at most', looks, of(SECONDS_PER_LOOK, 's'), gb, gbSecond),
    line('S3: reads of sketches, at most', looks, of(READ, 'objects'), at(PRICE.s3Get)),
    line('S3: sketches and reports', looks, of(WRITTEN + LISTS, 'requests'), at(PRICE.s3Put)),
    line('Metrics', of(1, 'metric'), at(PRICE.metricMonth)),
  ];
}
