import { type StoredDecision, storedDecisionSchema } from '../api/schemas.ts';
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
        return [[id, storedDecisionSchema.parse(await objects.getJson(KEYS.decision(endpoint, id)))] as const];
      } catch (error) {
        if (error instanceof ObjectNotFoundError) return [];
        throw error;
      }
    }),
  );
  return new Map(decided.flat());
}
