import { isUnderWay } from '../../standing/phase.ts';
import type { EndpointStatus } from '../common/api.ts';
import { byId, element, show } from '../common/element.ts';
import { describeProblem } from '../common/problem-view.ts';
import { commandLines, commandsOf } from './commands.ts';
import { gateList } from './gates.ts';
import { historyList } from './history.ts';
import { type Part, part } from './part.ts';
import { phaseBadge, rolloutOf, sentence, stepList, verdict } from './rollout.ts';
import { split, trafficOf } from './split.ts';

/** Between two looks at an endpoint whose rollout is under way, and at the others. Milliseconds. */
const BUSY_MS = 3000;
const QUIET_MS = 8000;

/** All about one endpoint. */
export class EndpointCard {
  readonly element: HTMLElement;
  private readonly problem = element('div', { class: 'problem', role: 'alert', hidden: '' });
  private readonly content = element('div', { class: 'content', hidden: '' });
  private readonly history = element('details', {}, element('summary', {}, 'What happened'));
  private readonly report: HTMLElement;
  private readonly parts: readonly Part[];
  private said: string | undefined;

  /** @param local whether commands are for the laptop */
  constructor(name: string, { local }: { readonly local: boolean }) {
    const badge = element('span', { class: 'state' }, element('span', { class: 'fine' }, 'looking …'));
    const [traffic, rollout, gates, past, commands] = [
      place('traffic'),
      place('rollout'),
      place('gates'),
      place('past'),
      place('commands'),
    ];
    this.parts = [
      part(badge, rolloutOf, phaseBadge),
      part(traffic, trafficOf, split),
      part(rollout, rolloutOf, (of) => [...verdict(of), ...stepList(of)]),
      part(gates, ({ gates: all, phase }) => ({ gates: all, phase }), gateList),
      part(past, ({ history }) => history, historyList),
      part(commands, commandsOf, (of) => commandLines(name, of, local)),
    ];
    this.history.append(past);
    const href = `/status/${name}/report`;
    this.report = element(
      'p',
      { class: 'links' },
      element('a', { href }, 'Report: charts, and the pictures that differ most'),
    );
    this.content.append(traffic, rollout, gates, commands, this.history, this.report);
    const head = element('div', { class: 'row' }, element('h2', { id: `of-${name}` }, name), badge);
    this.element = element(
      'section',
      { class: 'card', 'aria-labelledby': `of-${name}` },
      head,
      this.problem,
      this.content,
    );
  }

  /** @returns after how many milliseconds it is worth looking again */
  show(status: EndpointStatus): number {
    show(this.problem, false);
    show(this.content, true);
    for (const each of this.parts) each.show(status);
    show(this.history, status.history.length > 0);
    show(this.report, status.rollout !== undefined);
    this.element.classList.toggle('waits', status.needs_a_person);
    this.say(sentence(status));
    return isUnderWay(status.phase) ? BUSY_MS : QUIET_MS;
  }

  /** What the API refused. @returns after how many milliseconds it is worth looking again */
  showProblem(error: unknown): number {
    this.problem.replaceChildren(...describeProblem(error));
    show(this.problem, true);
    return QUIET_MS;
  }

  /** Told to those who cannot see it when it changed, not at each look. */
  private say(words: string): void {
    if (this.said !== undefined && this.said !== words) byId('live', HTMLElement).textContent = words;
    this.said = words;
  }
}

function place(kind: string): HTMLElement {
  return element('div', { class: kind });
}
