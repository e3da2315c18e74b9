/** The setting `review` of an endpoint. */

import type { Fault } from '../functions/plan/fault.ts';

/** The setting, checked. */
export interface ResolvedReview {
  /** Whether the endpoint has the route of the review page. Absent: no. */
  readonly review?: true;
}

/** A review without pictures has no effect. */
export function reviewFaults(
  { review, capture }: ResolvedReview & { readonly capture: number },
  path: string,
): readonly Fault[] {
  if (!review || capture > 0) return [];
  const expected = 'Expected no value: the endpoint captures no pictures to review (capture: 0)';
  return [{ path: `${path}.review`, expected, value: review }];
}
