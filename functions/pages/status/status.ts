/** The status page: a card for each endpoint that keeps looking while somebody sees it. */

import { openAccess } from '../common/access.ts';
import { Api } from '../common/api.ts';
import { byId, element } from '../common/element.ts';
import { authOf } from '../common/page-settings.ts';
import { readSettings } from '../common/settings.ts';
import { EndpointCard } from './card.ts';
import { Contact } from './contact.ts';
import { type Looking, lookAgainAndAgain } from './looking.ts';

const settings = readSettings();
const command = element('code', {}, 'npm run rollout -- status');
const credentials = openAccess(settings, () => lookings.forEach(({ now }) => void now()), [
  'In a terminal, with AWS credentials: ',
  command,
]);
const api = new Api(credentials);
const contact = new Contact();
const lookings: readonly Looking[] =
  authOf(settings) === 'iam' ? [] : settings.endpoints.map(({ name }) => watch(name));

function watch(name: string): Looking {
  const card = new EndpointCard(name, { local: !settings.guarded });
  byId('endpoints', HTMLElement).append(card.element);
  return lookAgainAndAgain(async (signal) => {
    try {
      const status = await api.status(name, signal);
      contact.seen();
      return card.show(status);
    } catch (error) {
      if (signal.aborted) throw error;
      return contact.explains(error) ? AGAIN_MS : card.showProblem(error);
    }
  });
}

/** After a look that failed. */
const AGAIN_MS = 4000;
