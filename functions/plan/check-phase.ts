/** Checks one phase by its schema. A fault in one key does not hide those of the others. */

import { type Fault, schemaFaults } from './fault.ts';
import { type CheckedPhase, PHASE_SCHEMAS } from './plan-schema.ts';

/** What the check of one phase has found. */
export interface CheckedOne {
  /** Only where there are no faults. */
  readonly phase?: CheckedPhase;
  readonly faults: readonly Fault[];
  /** The phase with defaults in the place of its wrong keys. Absent: there are none, or too much is unknown. */
  readonly rest?: CheckedPhase;
  /** Whether a fault does not come from the defaults of `rest`. */
  readonly isTrue: (fault: Fault) => boolean;
}

type Kind = keyof typeof PHASE_SCHEMAS;
type Declared = Readonly<Record<string, unknown>>;

/** The `kind` of a phase as declared. */
export function kindOf(phase: unknown): unknown {
  return (phase as { kind?: unknown } | null)?.kind;
}

/** Checks a phase as declared. @param path of the phase, for the paths of faults */
export function checkPhase(declared: unknown, path: string): CheckedOne {
  const kind = kindOf(declared);
  if (typeof kind !== 'string' || !Object.hasOwn(PHASE_SCHEMAS, kind)) {
    const expected = 'Expected shadow({ … }), canary({ … }), linear({ … }) or blueGreen({ … })';
    return { faults: [{ path, expected, value: declared }], isTrue: () => true };
  }
  const parsed = parse(kind as Kind, declared as Declared, path);
  if (parsed.phase) return { ...parsed, isTrue: () => true };
  return withRest(kind as Kind, declared as Declared, parsed.faults, path);
}

function parse(kind: Kind, declared: Declared, path: string): Pick<CheckedOne, 'phase' | 'faults'> {
  const parsed = PHASE_SCHEMAS[kind].safeParse(declared);
  return parsed.success ? { phase: parsed.data, faults: [] } : { faults: schemaFaults(parsed.error, declared, path) };
}

/** A wrong value of these leaves open which other keys are allowed; these are in every case. */
const CHOOSING: Readonly<Record<string, readonly string[]>> = {
  judge: ['maxHold'],
  baseline: ['maxHold', 'pictures', 'maxPictures', 'sample', 'scenes', 'repeats'],
};

function withRest(kind: Kind, declared: Declared, faults: readonly Fault[], path: string): CheckedOne {
  const keyOf = (fault: Fault) => fault.path.slice(path.length + 1).split(/[.[]/)[0] ?? '';
  const wrong = faults.map(keyOf);
  const choosing = Object.keys(CHOOSING).find((key) => wrong.length === 1 && wrong[0] === key);
  const second = parse(kind, without(kind, declared, wrong), path);
  const more = choosing ? second.faults.filter((fault) => CHOOSING[choosing]?.includes(keyOf(fault))) : [];
  const allWrong = [...wrong, ...second.faults.map(keyOf)];
  const { phase: rest } = second.phase ? second : parse(kind, without(kind, declared, allWrong), path);
  const isTrue = (fault: Fault) => !isBelow(fault.path, path) || doesNotDependOn(allWrong, fault.path, path);
  return { faults: [...faults, ...more], ...(rest && { rest }), isTrue };
}

/** Valid values of keys that have no default, or whose default another key can contradict. */
const VALID: Readonly<Record<Kind, Declared>> = {
  shadow: {},
  canary: { percent: 50, duration: '1s' },
  linear: { stepPercent: 50, every: '1s' },
  blueGreen: { bake: '1s' },
};

function without(kind: Kind, declared: Declared, wrong: readonly string[]): Declared {
  const valid = declared.judge === 'labels' ? { labels: { prefix: '/' } } : VALID[kind];
  const right = Object.entries(declared).filter(([key]) => !wrong.includes(key));
  const replaced = Object.entries<unknown>(valid).filter(([key]) => wrong.includes(key));
  return Object.fromEntries([...right, ...replaced]);
}

/** Keys on which faults depend besides their own, by the beginning of their path. */
const DEPENDS: readonly (readonly [path: RegExp, keys: readonly string[]])[] = [
  [/^$/, ['judge']],
  [/^maxPictures/, ['pictures', 'judge']],
  [/^scenes/, ['pictures', 'maxPictures', 'repeats', 'judge']],
  [/^(pictures|maxHold)/, ['baseline', 'pictures', 'sample', 'maxHold', 'judge']],
  [/^labels\.folder/, ['goal', 'margin', 'gates']],
  [/^gates\./, ['pictures', 'maxPictures', 'judge', 'baseline']],
];

function isBelow(path: string, phase: string): boolean {
  return path === phase || path.startsWith(`${phase}.`);
}

function doesNotDependOn(wrong: readonly string[], faultPath: string, phase: string): boolean {
  const path = faultPath.slice(phase.length + 1);
  const keys = DEPENDS.find(([pattern]) => pattern.test(path))?.[1] ?? [];
  return ![path.split(/[.[]/)[0] ?? '', ...keys].some((key) => key !== '' && wrong.includes(key));
}
