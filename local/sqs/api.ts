/** SQS's API: all operations, by fauxqs. */

import type { Service } from '../protocol/service.ts';
import type { Store } from '../storage/store.ts';

/** Answers SQS's operations. */
export function sqsApi(store: Store): Service {
  return (request) => store.forward(request);
}
