/** The setting `events` of a deployment. */

import type { EventType } from '../functions/events-contract.ts';
import type { NonEmpty } from './config.ts';

/** Events about results, rejections, batch jobs and rollouts. `{}` puts them on the event bus (docs/events.md). */
export interface EventsOptions {
  /**
   * Whether each picture of a batch job is an event too: a job of a million pictures makes a million events. Default
   * false: its start and its end are.
   */
  readonly batchPictures?: boolean;
  /** Receivers of signed webhooks. One to five. Default: none. */
  readonly webhooks?: NonEmpty<WebhookOptions>;
  /**
   * Who gets a text when a rollout waits, stopped, was promoted or rolled back. `alarms`: the e-mail address of
   * `alarmEmail`, which it requires. `slack`, `teams`: an incoming webhook, whose address is a secret that
   * `npm run events -- secret slack` stores. At least one. Default: none.
   */
  readonly notices?: NonEmpty<'alarms' | 'slack' | 'teams'>;
}

/** A receiver of events, signed by the scheme of Standard Webhooks. */
export interface WebhookOptions {
  /** Lower-case letters, digits and single hyphens, beginning with a letter, 2–40 characters. Unique. Required. */
  readonly name: string;
  /** Public https address. On the laptop also one of this machine, as `http://localhost:9000/events`. Required. */
  readonly url: string;
  /** Which events it receives. At least one. Default: all. */
  readonly types?: NonEmpty<EventType>;
}
