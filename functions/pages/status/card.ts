import { isUnderWay } from '../../standing/phase.ts';
import type { EndpointStatus } from '../common/api.ts';
import { byId, element, show } from '../common/element.ts';
import { describeProblem } from '../common/problem-view.ts';
import { commandLines, commandsOf } from './commands.ts';
import { driftSection } from './drift.ts';
import { driftWithoutUrls } from './drift-text.ts';
import { gateList } from './gates.ts';
import { historyList } from './history.ts';
import { type Part, part } from './part.ts';
import { phaseBadge, rolloutOf, stepList, verdict } from './rollout.ts';
import { sentence } from './rollout-text.ts';
import { split, trafficOf } from './split.ts';

/** Wait between two reads while a rollout is under way, and otherwise. */
const ACTIVE_MS = 3000;
const IDLE_MS = 8000;

/** The card of one endpoint. */
export class EndpointCard {
  readonly element: HTMLElement;
  private readonly problem = element('div', { class: 'problem', role: 'alert', hidden: '' });
  private readonly content = element('div', { class: 'content', hidden: '' });
  private readonly history = element('details', {}, element('summary', {}, 'History'));
  private readonly report: HTMLElement;
  /** Link to the page where people judge. */
  private readonly judge: HTMLElement;
  private readonly parts: readonly Part[];
  private announced: string | undefined;

  /** @param local whether the commands address the local emulator */
  constructor(name: string, { local }: { readonly local: boolean }) {
    const badge = element('span', { class: 'state' }, element('span', { class: 'fine' }, 'loading …'));
    const [traffic, rollout, gates, history, commands, drift] = [
      container('traffic'),
      container('rollout'),
      container('gates'),
      container('history-rows'),
      container('commands'),
      container('drift'),
    ];
    this.parts = [
      part(badge, rolloutOf, phaseBadge),
      part(traffic, trafficOf, split),
      part(rollout, rolloutOf, (of) => [...verdict(of), ...stepList(of)]),
      part(gates, ({ gates: all, phase }) => ({ gates: all, phase }), gateList),
      part(history, (status) => status.history, historyList),
      part(commands, commandsOf, (of) => commandLines(name, of, local)),
      part(
        drift,
        ({ drift: of }) => of,
        (of) => driftSection(of, `npm run drift -- ${name}${local ? ' --local' : ''}`),
        (of) => driftWithoutUrls(of, new Date()),
      ),
    ];
    this.history.append(history);
    this.report = link(`/status/${name}/report`, 'Report: charts, and the pictures that differ most between versions');
    this.judge = link(`/status/${name}/judge`, 'Judge: which answer is more right?', 'button primary');
    this.content.append(traffic, rollout, this.judge, gates, commands, this.history, this.report, drift);
    const head = element('div', { class: 'row' }, element('h2', { id: `of-${name}` }, name), badge);
    this.element = element(
      'section',
      { class: 'card', 'aria-labelledby': `of-${name}` },
      head,
      this.problem,
      this.content,
    );
  }

  /** @returns milliseconds until the next read */
  show(status: EndpointStatus): number {
    show(this.problem, false);
    show(this.content, true);
    for (const each of this.parts) each.show(status);
    show(this.history, status.history.length > 0);
    show(this.report, status.rollout !== undefined);
    show(this.judge, status.rollout?.judge === 'people');
    this.element.classList.toggle('waiting', status.needs_a_person);
    this.announce(sentence(status));
    return isUnderWay(status.phase) ? ACTIVE_MS : IDLE_MS;
  }

  /** Shows a problem of the API. @returns milliseconds until the next read */
  showProblem(error: unknown): number {
    this.problem.replaceChildren(...describeProblem(error));
    show(this.problem, true);
    return IDLE_MS;
  }

  /** Announces a change to screen readers, and nothing while the text stays the same. */
  private announce(text: string): void {
    if (this.announced !== undefined && this.announced !== text) byId('live', HTMLElement).textContent = text;
    this.announced = text;
  }
}

function container(kind: string): HTMLElement {
  return element('div', { class: kind });
}

function link(href: string, text: string, look?: string): HTMLElement {
  return element('p', { class: 'links' }, element('a', { href, ...(look && { class: look }) }, text));
}
