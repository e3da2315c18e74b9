import { rollbackGoal } from '../../../status/words.ts';
import type { EndpointStatus } from '../api.ts';
import { copyFrom } from '../copy.ts';
import { element } from '../element.ts';

/** What decides which commands make sense. */
export function commandsOf(status: EndpointStatus) {
  return { phase: status.phase, goal: rollbackGoal(status) };
}

/** What an operator can do from a terminal: traffic is moved with an operator's credentials, never from this page. */
export function commandLines(
  endpoint: string,
  { phase, goal }: ReturnType<typeof commandsOf>,
  local: boolean,
): HTMLElement[] {
  const line = (command: string) => `npm run rollout -- ${command} ${endpoint}${local ? ' --local' : ''}`;
  const back = goal === undefined ? [] : [row(`All traffic back to version ${goal}`, line('rollback'))];
  if (phase !== 'waiting') return back;
  return [row('Go on', line('resume')), row('To the next step all the same', line('promote')), ...back];
}

function row(purpose: string, command: string): HTMLElement {
  const code = element('code', {}, command);
  const button = element('button', { type: 'button', class: 'quiet', 'aria-label': `Copy: ${purpose}` }, 'Copy');
  button.addEventListener('click', () => copyFrom(code, button));
  return element('p', { class: 'command' }, element('span', {}, `${purpose}:`), code, button);
}
