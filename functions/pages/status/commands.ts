import { rollbackGoal } from '../../standing/phase.ts';
import type { EndpointStatus } from '../common/api.ts';
import { copyFrom } from '../common/copy.ts';
import { element } from '../common/element.ts';

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
  const row = (purpose: string, command: string) => {
    const line = `npm run rollout -- ${command} ${endpoint}${local ? ' --local' : ''}`;
    return commandRow({ id: `${command}-${endpoint}`, purpose, line });
  };
  const back = goal === undefined ? [] : [row(`All traffic back to version ${goal}`, 'rollback')];
  if (phase !== 'waiting') return back;
  return [row('Go on', 'resume'), row('To the next step all the same', 'promote'), ...back];
}

function commandRow({ id, purpose, line }: Readonly<Record<'id' | 'purpose' | 'line', string>>): HTMLElement {
  const code = element('code', {}, line);
  const button = element('button', { type: 'button', class: 'quiet', 'aria-describedby': id }, 'Copy');
  button.addEventListener('click', () => copyFrom(code, button));
  return element('p', { class: 'command' }, element('span', { id }, `${purpose}:`), code, button);
}
