/** The current time. A rollout reads time only here. */
export interface Clock {
  now(): Date;
}

/**
 * The real time, or an accelerated one: the emulator runs a rollout of hours in minutes by setting `CLOCK_SPEED` (a
 * factor) and `CLOCK_START` (ISO 8601, the moment at which both times were equal). On AWS neither is set.
 * @throws RangeError when one of them is invalid
 */
export function clockFrom(environment: Readonly<Record<string, string | undefined>>): Clock {
  const { CLOCK_SPEED: factor, CLOCK_START: since } = environment;
  if (factor === undefined && since === undefined) return { now: () => new Date() };
  const speed = Number(factor);
  const start = Date.parse(since ?? '');
  if (!(speed > 0) || Number.isNaN(start)) {
    throw new RangeError(
      `Expected a positive number for CLOCK_SPEED and a date for CLOCK_START, received ${factor} and ${since}`,
    );
  }
  return { now: () => new Date(start + (Date.now() - start) * speed) };
}
