import { rollbackGoal } from '../../standing/phase.ts';
import type { EndpointStatus } from '../common/api.ts';
import { copyText } from '../common/copy.ts';
import { element } from '../common/element.ts';

/** The fields of a status that decide which commands are shown. */
export function commandsOf(status: EndpointStatus) {
  return { phase: status.phase, goal: rollbackGoal(status) };
}

/** Commands for the operator's terminal. This page moves no traffic: that needs the operator's credentials. */
export function commandLines(
  endpoint: string,
  { phase, goal }: ReturnType<typeof commandsOf>,
  local: boolean,
): HTMLElement[] {
  const row = (purpose: string, command: string) => {
    const line = `npm run rollout -- ${command} ${endpoint}${local ? ' --local' : ''}`;
    return commandRow({ id: `${command}-${endpoint}`, purpose, line });
  };
  const rollback = goal === undefined ? [] : [row(`Roll back all traffic to version ${goal}`, 'rollback')];
  if (phase !== 'waiting') return rollback;
  return [row('Resume', 'resume'), row('Promote to the next step anyway', 'promote'), ...rollback];
}

function commandRow({ id, purpose, line }: Readonly<Record<'id' | 'purpose' | 'line', string>>): HTMLElement {
  const code = element('code', {}, line);
  const button = element('button', { type: 'button', class: 'quiet', 'aria-describedby': id }, 'Copy');
  button.addEventListener('click', () => copyText(code, button));
  return element('p', { class: 'command' }, element('span', { id }, `${purpose}:`), code, button);
}
