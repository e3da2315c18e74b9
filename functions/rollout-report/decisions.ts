import { readDecisions as readStored } from '../api/preference-schemas.ts';
import type { StoredDecision } from '../api/schemas.ts';
import { KEYS } from '../contract.ts';
import { ObjectNotFoundError } from '../platform/objects.ts';
import type { EndpointClients } from '../standing/clients.ts';
import type { Disagreement } from './disagreements.ts';

/** The decisions of humans on these pictures, by id. @throws StoreUnavailableError */
export async function readDecisions(
  { objects, endpoint }: EndpointClients,
  disagreements: readonly Disagreement[],
): Promise<Map<string, StoredDecision>> {
  const decided = await Promise.all(
    disagreements.map(async ({ record: { id } }) => {
      try {
        const { decision } = readStored(await objects.getJson(KEYS.decision(endpoint, id)));
        return decision ? [[id, decision] as const] : [];
      } catch (error) {
        if (error instanceof ObjectNotFoundError) return [];
        throw error;
      }
    }),
  );
  return new Map(decided.flat());
}
