/** What a job will do, take and cost. Pure. */

import { gbSecondPrice } from '../../lib/cost.ts';
import { PRICES } from '../../lib/prices.ts';
import { at, type Line, line, memory, of, sum } from '../costs/line.ts';
import type { PinnedVersion } from './deployed-batch.ts';
import type { Counted } from './source.ts';

/** Times of pictures, as measured with the version. Milliseconds. */
export interface Measured {
  /** Whole time of a picture inside the function, on the mean. */
  readonly perPicture: number;
  readonly slowest: number;
}

/** A job before it starts. */
export interface Planned {
  readonly counted: Pick<Counted, 'pictures' | 'requests'>;
  readonly pinned: PinnedVersion;
  readonly measured: Measured;
  readonly concurrency: number;
  readonly annotate: boolean;
}

export interface Forecast {
  readonly pictures: number;
  /** Pictures of a child. */
  readonly batch: number;
  readonly children: number;
  readonly transitions: number;
  readonly invocations: number;
  /** Requests of the listing and of the function, without the result files of Step Functions. */
  readonly requests: Readonly<Record<'lists' | 'gets' | 'puts', number>>;
  readonly seconds: number;
  readonly bill: readonly Line[];
  readonly dollars: number;
}

/** Pictures of a child at most: its input and its answer stay below Step Functions' 256 KiB with the longest keys. */
export const MOST_BATCH = 100;

/** Of the function's timeout, which a child may take with its slowest picture repeated: so none runs out of time. */
const USED_SHARE = 0.5;

/** Batches for each invocation at a time at least, so that all of them end at about the same time. */
const BATCHES_EACH = 4;

/** States of the parent execution: the choice of the source, and the map. */
const PARENT_STATES = 2;
/** Requests of the function for a picture: the search of an earlier result, and the picture; the result. */
const PER_PICTURE = { gets: 2, puts: 1 } as const;

/** Pictures that an invocation has time for; 0: not for one, with its repetition. */
export function picturesInTime(
  { timeoutSeconds }: Pick<PinnedVersion, 'timeoutSeconds'>,
  { perPicture, slowest }: Measured,
): number {
  return Math.floor((USED_SHARE * timeoutSeconds * 1000) / Math.max(perPicture, slowest, 1));
}

/** So large that children are few, and so small that all processes have work and none runs out of time. */
export function batchSize({ counted, pinned, measured, concurrency }: Omit<Planned, 'annotate'>): number {
  const shared = Math.ceil(counted.pictures / (BATCHES_EACH * concurrency));
  return Math.max(1, Math.min(MOST_BATCH, picturesInTime(pinned, measured), shared));
}

/** Retries, throttles and pictures that are stored already are not known before: the forecast has none. */
export function forecast(planned: Planned): Forecast {
  const { counted, pinned, measured, concurrency, annotate } = planned;
  const { pictures } = counted;
  const batch = batchSize(planned);
  const children = Math.ceil(pictures / batch);
  const requests = {
    lists: counted.requests.lists,
    gets: counted.requests.gets + PER_PICTURE.gets * pictures,
    puts: (PER_PICTURE.puts + (annotate ? 1 : 0)) * pictures,
  };
  const transitions = PARENT_STATES + children;
  const { dollars: price } = PRICES;
  const seconds = measured.perPicture / 1000;
  const bill = [
    line(
      'Lambda: time',
      of(pictures, 'pictures'),
      of(seconds, 's'),
      memory(pinned.memoryMb),
      at(gbSecondPrice(pinned.arch)),
    ),
    line('Lambda: invocations', of(children, 'invocations'), at(price.lambdaInvocation)),
    line('Step Functions', of(transitions, 'transitions'), at(price.stateTransition)),
    line('S3: lists and results', of(requests.lists + requests.puts, 'requests'), at(price.s3Put)),
    line('S3: reads', of(requests.gets, 'requests'), at(price.s3Get)),
  ];
  return {
    ...{ pictures, batch, children, transitions, invocations: children, requests, bill },
    seconds: (pictures * seconds) / Math.min(concurrency, Math.max(1, children)),
    dollars: sum(bill),
  };
}
