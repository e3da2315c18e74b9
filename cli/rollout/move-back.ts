import { describeRouting } from '../../functions/judge/routing.ts';
import { type Alias, AliasMovedError } from '../../functions/platform/alias.ts';
import { AliasContendedError } from './errors.ts';
import { noteOf, planRollback, type RollbackCase } from './rollback-plan.ts';

/**
 * Moves all traffic back, from the alias as it was read for `given`. Once more when somebody moves it in between: a tick does so
 * within a second, a person seldom.
 *
 * The alias is written even where the candidate has no traffic yet: a tick that was under way before the rollback was ordered has read
 * an earlier revision, so its move into the next step fails.
 * @param by who rolls back, for the alias's note
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
        const who = live.note ? ` by ${live.note.by}` : '';
        throw new AliasContendedError(
          `Expected nobody else to move the live alias of ${given.endpoint}, but it was moved twice meanwhile, the last time${who}: it is at ${describeRouting(live.routing)} now`,
        );
      }
    }
  }
}
