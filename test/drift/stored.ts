/** Stored results and captured pictures for the tests of what reads them. */

import { Random } from '../../bench/simulation/random.ts';
import { KEYS } from '../../functions/contract.ts';
import { idAt } from '../../functions/records/recorded-requests.ts';
import type { MemoryBucket } from '../tables/memory-bucket.ts';
import { MONDAY, object } from './facts.ts';

export const HOUR_MS = 3_600_000;
const random = new Random(11);

/** A stored result of version 4 at this hour after another one. @param from hours since the epoch */
export function result(hour: number, changes: object = {}, from = MONDAY): Record<string, unknown> {
  const cells = Array.from({ length: 64 }, () => String.fromCharCode(58 + random.below(40)));
  const light = 100 + 20 * random.normal();
  const time = (from + hour) * HOUR_MS + random.below(HOUR_MS);
  return {
    id: `${idAt(time)}${random.below(4096).toString(16).padStart(3, '0')}-8${hash(3)}-${hash(12)}`,
    endpoint: 'count-cars',
    status: 'done',
    created_at: new Date(time).toISOString(),
    source: { kind: 'http' },
    count: 1,
    counts: { car: 1 },
    detections: [object('car', { x: random.below(500) })],
    image: { width: 640, height: 480 },
    model: { name: 'counter-nano', version: '1.0.0', sha256: 'abc' },
    release: { function_version: '4', alias: 'live' },
    timing_ms: {},
    request: {},
    fingerprint: { sha256: 'abc', luminance: cells.join('') },
    annotated: { key: 'annotated/a.jpg', width: 1, height: 1 },
    captured: true,
    measures: { brightness: light, contrast: 0.5, saturation: 0.3, sharpness: 0.5, quality: 90 },
    ...changes,
  };
}

function hash(digits: number): string {
  return Array.from({ length: digits }, () => random.below(16).toString(16)).join('');
}

/** What changes in a picture at night. */
export const dark = { measures: { brightness: 20, contrast: 0.5, saturation: 0.3, sharpness: 0.5, quality: 90 } };

/** Pictures for some days, by default two an hour, dark ones from an hour on. */
export function days(count: number, { darkFrom = Number.POSITIVE_INFINITY, ofHour = 2 } = {}) {
  return Array.from({ length: 24 * ofHour * count }, (_, at) => {
    const hour = Math.floor(at / ofHour);
    return result(hour, hour >= darkFrom ? dark : {});
  });
}

/** Eight pictures in each of six hours of a day, from 08:00 on; dark ones from an hour on. */
export function workdays(count: number, darkFrom = Number.POSITIVE_INFINITY) {
  return Array.from({ length: 48 * count }, (_, at) => {
    const hour = 24 * Math.floor(at / 48) + 8 + Math.floor((at % 48) / 8);
    return result(hour, hour >= darkFrom ? dark : {});
  });
}

/** Stores a result and its captured picture, as an HTTP request does. */
export function capture(bucket: MemoryBucket, value: Record<string, unknown>): void {
  bucket.put(KEYS.input('count-cars', String(value.id)), Buffer.from('JPEG'));
  bucket.put(KEYS.result('count-cars', String(value.id)), value);
}
