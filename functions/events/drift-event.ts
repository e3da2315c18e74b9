/** The event of a drift that was found. Pure. */

import type { CloudEvent } from '../api/event-schemas.ts';
import { foundDriftSchema } from '../drift-contract.ts';
import { cloudEvent } from './cloud-event.ts';

/** @param key of the record, which is written once for each drift. @throws z.ZodError */
export function driftEvent(key: string, stored: unknown, api: string): CloudEvent {
  const found = foundDriftSchema.parse(stored);
  const { endpoint, version, since, found: time, evidence, summary, changes, reference } = found;
  const title = `${endpoint}: the pictures or the answers have changed`;
  const report = `${api}/status`;
  const text = [
    `${title}: ${summary}.`,
    `Compared with ${reference.pictures} pictures from ${reference.from} to ${reference.to}, ` +
      `which version ${version} answered.`,
    `Look: npm run drift -- ${endpoint}.`,
    `If the change is to stay: npm run drift -- ${endpoint} --accept.`,
    `Pictures before and after: ${report}`,
  ].join('\n');
  const data = {
    endpoint,
    version,
    since,
    found: time,
    evidence,
    changes,
    reason: summary,
    reference,
    report,
    title,
    text,
  };
  return cloudEvent({ type: 'drift.found', endpoint, origin: key, subject: endpoint, time, data }, api);
}
