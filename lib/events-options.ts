/** The setting `events` of a deployment. */

/** Events about results, rejections, batch jobs and rollouts. `{}` puts them on the event bus (docs/events.md). */
export interface EventsOptions {
  /**
   * Whether each picture of a batch job is an event too: a job of a million pictures makes a million events. Default
   * false: its start and its end are.
   */
  readonly batchPictures?: boolean;
}
