import { type Api, ProblemError } from '../common/api.ts';
import { byId } from '../common/element.ts';
import { Outbox, type OutboxState } from './outbox.ts';

/** Where decisions are saved. */
export interface SavingContext {
  /** The page: each keeps its own unsaved decisions. */
  readonly page: 'judge' | 'review';
  readonly endpoint: string;
  readonly api: Api;
  readonly onChange: (state: OutboxState) => void;
}

/** Saves counts and preferences by the API, and again when the network is back or the person asks for it. */
export function openOutbox({ page, endpoint, api, onChange }: SavingContext): Outbox {
  const outbox = new Outbox({
    send: ({ id, pair, by, decision }) => {
      const of = { endpoint, id };
      if (typeof decision === 'number') return api.decide(of, { count: decision, by });
      return api.prefer(of, { preference: decision, pair, by });
    },
    isFinal: (error) => error instanceof ProblemError && [400, 404].includes(error.problem.status ?? 0),
    storage: localStorage,
    key: `${page}:${endpoint}`,
    onChange,
  });
  window.addEventListener('online', () => void outbox.send());
  byId('retry', HTMLButtonElement).addEventListener('click', () => void outbox.send());
  return outbox;
}
