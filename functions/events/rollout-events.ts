/** The events of a rollout: what a tick's record says that the record before does not. Pure. */

import type { CloudEvent } from '../api/event-schemas.ts';
import type { EventType } from '../events-contract.ts';
import { explainNotice, headline, type Notice, type RolloutNews } from '../judge/explain-notice.ts';
import { explainWait } from '../judge/explain-wait.ts';
import { rolloutName } from '../records/execution.ts';
import type { TickRecord } from '../records/tick-record.ts';
import { cloudEvent } from './cloud-event.ts';

/** A tick's record as it is stored, and the one of the tick before; undefined: there is none. */
export interface StoredTick {
  readonly key: string;
  readonly record: TickRecord;
  readonly before: TickRecord | undefined;
}

/** None for most ticks, because most hold. */
export function rolloutEvents(tick: StoredTick, api: string): CloudEvent[] {
  return newsOf(tick).map((news) => rolloutEvent(news, tick, api));
}

const ENDS: Partial<Record<TickRecord['status'], RolloutNews>> = {
  done: 'promoted',
  'rolled back': 'rolled_back',
  superseded: 'superseded',
  stopped: 'stopped',
};

function newsOf({ record, before }: StoredTick): RolloutNews[] {
  const isFirst = before === undefined && record.tick === 1;
  const started: RolloutNews[] = isFirst ? ['started'] : [];
  const end = ENDS[record.status];
  if (end) return [...started, end];
  return [...started, ...progressOf(record, before)];
}

function progressOf(record: TickRecord, before: TickRecord | undefined): RolloutNews[] {
  const { status, outcome } = record;
  const was = before?.status ?? 'running';
  const news: RolloutNews[] = [];
  if (status === 'held' && was !== 'held') news.push('held');
  if (status === 'running' && was === 'held' && outcome !== 'promote') news.push('resumed');
  if (status === 'running' && outcome === 'promote') news.push('step_moved');
  if (needsOperator(record) && !(before && needsOperator(before) && before.step_number === record.step_number)) {
    news.push('waits');
  }
  return news;
}

/** `maxHold` is over, or people have to judge. */
function needsOperator({ needs_a_person, status, wait }: TickRecord): boolean {
  if (status === 'held') return false;
  return needs_a_person || (wait?.needs ?? []).some(({ of, more = 0 }) => of === 'people' && more > 0);
}

function rolloutEvent(news: RolloutNews, { key, record }: StoredTick, api: string): CloudEvent {
  const type = `rollout.${news}` satisfies EventType;
  const { endpoint, version, execution, tick, status, outcome, needs_a_person, words, traffic, at } = record;
  const rollout = rolloutName(execution);
  const notice = noticeOf(news, record, api);
  const data = {
    endpoint,
    version,
    stable_version: record.stable_version,
    rollout,
    tick,
    status,
    outcome,
    judged_step: notice.judged,
    present_step: notice.present,
    needs_a_person,
    reason: words,
    traffic,
    report: notice.report,
    title: headline(notice),
    text: explainNotice(notice),
  };
  return cloudEvent({ type, endpoint, origin: key, subject: rollout, time: at, data }, api);
}

function noticeOf(news: RolloutNews, record: TickRecord, api: string): Notice {
  const { endpoint, version, stable_version: stable, step, steps, step_number, words: reason, traffic, wait } = record;
  const judged = step.words;
  const present = steps[step_number]?.words ?? judged;
  const report = `${api}/status/${endpoint}/report?version=${version}`;
  const about = { news, endpoint, version, stable, judged, present, reason, traffic, report };
  if (news !== 'waits' || !wait) return about;
  return { ...about, wait: explainWait(wait), canResume: wait.obstacle === 'drift' };
}
