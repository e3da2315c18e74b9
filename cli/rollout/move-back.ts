import { describeRouting } from '../../functions/judge/routing.ts';
import { type Alias, AliasMovedError } from '../../functions/platform/alias.ts';
import { AliasContendedError } from './errors.ts';
import { noteOf, planRollback, type RollbackCase } from './rollback-plan.ts';

/**
 * Moves all traffic back, from the alias as it was read for `given`. Retries once when the alias was moved in between,
 * because a tick may have moved it.
 *
 * Writes the alias even where the candidate has no traffic yet: a tick that began before the order has read an earlier
 * revision, so its move into the next step fails.
 * @param by the operator's name, for the alias's note
 * @throws AliasContendedError, OrderRefusedError
 */
export async function moveBack(alias: Alias, given: RollbackCase, by: string): Promise<void> {
  let { live } = given;
  for (let attempt = 1; ; attempt += 1) {
    const plan = planRollback({ ...given, live });
    try {
      await alias.move(live, plan.to, noteOf(plan, by, new Date()));
      return;
    } catch (error) {
      if (!(error instanceof AliasMovedError)) throw error;
      live = await alias.read();
      if (attempt === 2) {
        const last = live.note ? `, the last time by ${live.note.by}` : '';
        const now = `live traffic now: ${describeRouting(live.routing)}`;
        throw new AliasContendedError(
          `The live alias of ${given.endpoint} was moved twice during the rollback${last}; ${now}. Run it again`,
        );
      }
    }
  }
}
