import type { Manifest } from './manifest-schema.ts';

/** The parts of a package that golden pictures can prove when it is made. */
export const CHECKED_PARTS = ['boxes', 'classes', 'colour'] as const;

/** A part that they can prove. */
export type CheckedPart = (typeof CHECKED_PARTS)[number];

/** The parts of a package that nothing has proven; all of a package without a record. */
export function uncheckedParts({ checked }: { readonly checked?: Manifest['checked'] }): CheckedPart[] {
  return CHECKED_PARTS.filter((part) => !checked?.[part]);
}
