/** What tables of results cost in a month. */

import { gbSecondPrice } from '../../lib/cost.ts';
import { PRICES } from '../../lib/prices.ts';
import type { Usage } from './bill.ts';
import { at, type Line, line, memory, of } from './line.ts';

const { dollars: PRICE } = PRICES;

/** Nights of a month, in each of which a compaction runs. */
const NIGHTS = 365 / 12;

/** Estimate of the function's time for a result: half of it waits for S3. */
const SECONDS_PER_RESULT = 0.001;

/** States of the machine in a night that one step suffices for. */
const TRANSITIONS = 3;

/** Files of a day and an endpoint: pictures and objects. Each is read and written by the night after the day. */
const FILES = 2;

/** Keys that S3 lists for one request. */
const KEYS_PER_LIST = 1000;

/** What the bill of the compactions depends on besides the pictures. */
export interface CompactionFacts {
  readonly memoryMb: number;
  readonly endpoints: number;
  /** How long results stay, and are listed each night. */
  readonly resultDays: number;
}

/** The compactions of a month. */
export function compactionLines({ memoryMb, endpoints, resultDays }: CompactionFacts, usage: Usage): Line[] {
  const pictures = of(usage.pictures * endpoints, 'pictures');
  const nights = of(NIGHTS, 'nights', '365/12 nights');
  const stored = (usage.pictures * endpoints * resultDays) / NIGHTS;
  return [
    line('S3: reads of results', pictures, at(PRICE.s3Get)),
    line('S3: lists of results', nights, of(Math.ceil(stored / KEYS_PER_LIST), 'lists'), at(PRICE.s3Put)),
    line('S3: files', nights, of(FILES * endpoints, 'files'), at(PRICE.s3Put)),
    line('Lambda: time', pictures, of(SECONDS_PER_RESULT, 's'), memory(memoryMb), at(gbSecondPrice(usage.arch))),
    line('Step Functions', nights, of(TRANSITIONS, 'transitions'), at(PRICE.stateTransition)),
  ];
}
