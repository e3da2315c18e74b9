/** What events cost, in addition to the pictures that they are about. */

import { gbSecondPrice } from '../../lib/cost.ts';
import { PRICES } from '../../lib/prices.ts';
import type { Usage } from './bill.ts';
import { at, type Line, line, memory, of } from './line.ts';

const { dollars: PRICE } = PRICES;

/** Requests of SQS for a message at most: sent, received, deleted. S3 and EventBridge send free of charge. */
const REQUESTS = 2;
/** Estimates of an invocation for one message, seconds; of the answer of a receiver, too. */
const SECONDS = { announce: 0.05, deliver: 0.3 } as const;
const MEMORY_MB = 512;
/** Bytes of the log of a delivery. An estimate. */
const LOG_BYTES = 700;

/**
 * The events of so many pictures, each alone in its invocation: an upper bound, as up to ten share one.
 * @param receivers that get all of them at the first attempt
 */
export function eventLines(receivers: number, { pictures, arch }: Usage): Line[] {
  const events = of(pictures, 'events');
  const gbSecond = at(gbSecondPrice(arch));
  const to = of(receivers, 'receivers');
  const logged = of(LOG_BYTES / 1e9, 'GB', `${LOG_BYTES / 1000} KB`);
  return [
    line('Events: bus', events, at(PRICE.customEvent)),
    line('Events: SQS', events, of(REQUESTS, 'requests'), at(PRICE.sqsRequest)),
    line('Events: S3 reads', events, at(PRICE.s3Get)),
    line('Events: Lambda', events, of(SECONDS.announce, 's'), memory(MEMORY_MB), gbSecond),
    line('Events: invocations, at most', events, at(PRICE.lambdaInvocation)),
    ...(receivers > 0
      ? [
          line('Deliveries: SQS', events, to, of(REQUESTS, 'requests'), at(PRICE.sqsRequest)),
          line('Deliveries: Lambda, at most', events, to, of(SECONDS.deliver, 's'), memory(MEMORY_MB), gbSecond),
          line('Deliveries: invocations, at most', events, to, at(PRICE.lambdaInvocation)),
          line('Deliveries: logs', events, to, logged, at(PRICE.logGb)),
        ]
      : []),
  ];
}
