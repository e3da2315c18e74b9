/** A duration in settings: `90s`, `10m`, `2h`, `1d`. A positive whole number and a unit. */
export type Duration = `${bigint}${Unit}`;

type Unit = 's' | 'm' | 'h' | 'd';

const MILLISECONDS: Readonly<Record<Unit, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The text of a duration. Unlike the type, it excludes 0. */
export const DURATION = /^[1-9]\d{0,5}[smhd]$/;

/** The duration in milliseconds. The text must match `DURATION`. */
export function milliseconds(duration: Duration): number {
  return Number.parseInt(duration, 10) * MILLISECONDS[duration.at(-1) as Unit];
}

/** Milliseconds in words, in the two largest units: `45 s`, `10 min`, `2 h 5 min`, `3 d 4 h`. */
export function inWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  if (minutes < 48 * 60) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function pair(whole: number, unit: string, rest: number, smaller: string): string {
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${smaller}`;
}
