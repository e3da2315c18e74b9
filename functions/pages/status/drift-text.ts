/** Texts about a drift. Without the DOM, so that they can be tested by themselves. */

import type { EndpointStatus } from '../common/api.ts';

type Drift = NonNullable<EndpointStatus['drift']>;
type DriftPicture = NonNullable<Drift['pictures']>['before'][number];

/** The state in one or two words. */
export const DRIFT_STATES: Readonly<Record<Drift['state'], string>> = {
  pending: 'not known yet',
  collecting: 'collecting',
  quiet: 'no drift',
  drift: 'changed',
};

/** `2026-11-02 00:00 – 2026-11-09 00:00 UTC: 7012 pictures of 4633 scenes` */
export function periodText({ from, to, pictures, scenes }: NonNullable<Drift['reference']>): string {
  const time = (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
  const count = pictures === 0 ? 'no pictures yet' : `${pictures} pictures of ${Math.round(scenes)} scenes`;
  return `${time(from)} – ${time(to)} UTC: ${count}`;
}

/** `3 × car, 1 × bus`, or `nothing` */
export function objectsText({ detections }: Pick<DriftPicture, 'detections'>): string {
  const counts = [...Map.groupBy(detections, ({ label }) => label)].toSorted(([a], [b]) => a.localeCompare(b));
  return counts.map(([label, all]) => `${all.length} × ${label}`).join(', ') || 'nothing';
}

/**
 * What decides whether the section is drawn again: without the addresses of its pictures, which differ between two
 * processes of the API. Those that are on the page expire after half an hour at the earliest.
 */
export function driftWithoutUrls(drift: Drift | undefined, now: Date): object {
  const { pictures, ...rest } = drift ?? {};
  const ids = (all: readonly DriftPicture[] = []) => all.map(({ id }) => id);
  const shown = pictures && [ids(pictures.before), ids(pictures.after), Math.floor(now.getTime() / HALF_HOUR)];
  return { ...rest, shown };
}

const HALF_HOUR = 1_800_000;
