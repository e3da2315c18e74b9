/** What time it is. A rollout reads time here and nowhere else. */
export interface Clock {
  now(): Date;
}

/**
 * The wall's time, or a faster one: the laptop plays a rollout of hours in minutes by setting `CLOCK_SPEED` (a factor) and
 * `CLOCK_START` (ISO 8601, when the fast clock showed the wall's time). AWS sets neither.
 * @throws RangeError when one of them makes no sense
 */
export function clockFrom(environment: Readonly<Record<string, string | undefined>>): Clock {
  const { CLOCK_SPEED: factor, CLOCK_START: since } = environment;
  if (factor === undefined && since === undefined) return { now: () => new Date() };
  const speed = Number(factor);
  const start = Date.parse(since ?? '');
  if (!(speed > 0) || Number.isNaN(start)) {
    throw new RangeError(
      `Expected CLOCK_SPEED to be a positive number and CLOCK_START a date, received ${factor} and ${since}`,
    );
  }
  return { now: () => new Date(start + (Date.now() - start) * speed) };
}
