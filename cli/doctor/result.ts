/** Results of checks. */

/** A number that a check measured. */
export interface Measure {
  readonly value: number;
  /** `s`, `invocations`, `%`, … */
  readonly unit: string;
}

/** The result of one check. A fault has its remedy: a command, or the change to make. */
export type Result =
  | { readonly outcome: 'ok'; readonly words: string; readonly measured?: Measure }
  | { readonly outcome: 'skipped'; readonly words: string }
  | {
      readonly outcome: 'warning' | 'failed';
      readonly words: string;
      readonly measured?: Measure;
      readonly remedy: string;
    };

/** A result with the name of its check. */
export type Row = Result & { readonly check: string };

/** The check found what it expects. */
export function ok(words: string, measured?: Measure): Result {
  return { outcome: 'ok', words, ...(measured && { measured }) };
}

/** The check does not apply, or cannot run. @param words the reason */
export function skipped(words: string): Result {
  return { outcome: 'skipped', words };
}

/** The deployment works, but not as well as it could. @param remedy a command, or the change to make */
export function warning(words: string, remedy: string, measured?: Measure): Result {
  return { outcome: 'warning', words, remedy, ...(measured && { measured }) };
}

/** The deployment fails, or does not work. @param remedy a command, or the change to make */
export function failed(words: string, remedy: string, measured?: Measure): Result {
  return { outcome: 'failed', words, remedy, ...(measured && { measured }) };
}

/** Seconds between two times of `performance.now()`, to the millisecond. */
export function secondsOf(fromMs: number, toMs: number): Measure {
  return { value: Math.round(toMs - fromMs) / 1000, unit: 's' };
}
