/** The judge page: pairs of answers, decided by one key each. */

import { openAccess } from '../common/access.ts';
import { Api } from '../common/api.ts';
import { byId, element, show } from '../common/element.ts';
import { authOf } from '../common/page-settings.ts';
import { readSettings } from '../common/settings.ts';
import { Judge } from './judge-page.ts';
import { askName, type Person } from './person.ts';

const [, , endpoint = ''] = decodeURIComponent(location.pathname).split('/');
const settings = readSettings();
const command = element('code', {}, 'npm run console');
const credentials = openAccess(settings, () => judge?.credentialsChanged(), {
  role: 'operators',
  alternative: ['In a terminal with AWS credentials: ', command, ', then open this page there.'],
});
let judge: Judge | undefined;

byId('title', HTMLElement).textContent = `${endpoint}: which answer is more right?`;
document.title = `${endpoint}: judge`;
showLabels(settings.endpoints.find(({ name }) => name === endpoint)?.labels);
if (authOf(settings, 'operators') !== 'iam') askName(start);

function start(person: Person): void {
  show(byId('work', HTMLElement), true);
  if (judge) judge.changePerson(person);
  else judge = new Judge({ endpoint, person, api: new Api(credentials) });
}

/** @param labels undefined: all labels of the model, which need no word */
function showLabels(labels: readonly string[] | undefined): void {
  if (!labels) return;
  const names = new Intl.ListFormat('en').format(labels);
  const words = { labels: `Judge ${names} only.`, 'labels-first': `Judge ${names} only: nothing else is looked for.` };
  for (const [id, text] of Object.entries(words)) {
    const part = byId(id, HTMLElement);
    part.textContent = text;
    show(part, true);
  }
}
