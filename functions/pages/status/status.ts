/** The status page: one card for each endpoint, refreshed while the page is visible. */

import { openAccess } from '../common/access.ts';
import { Api } from '../common/api.ts';
import { byId, element } from '../common/element.ts';
import { authOf } from '../common/page-settings.ts';
import { readSettings } from '../common/settings.ts';
import { accuracyPanel, watchAccuracy } from './accuracy.ts';
import { EndpointCard } from './card.ts';
import { Connection } from './connection.ts';
import { type Polling, startPolling } from './polling.ts';

const settings = readSettings();
const command = element('code', {}, 'npm run rollout -- status');
const credentials = openAccess(settings, () => polls.forEach(({ now }) => void now()), {
  role: 'operators',
  alternative: ['In a terminal with AWS credentials: ', command],
});
const api = new Api(credentials);
const connection = new Connection();
const isSigned = authOf(settings, 'operators') === 'iam';
const polls: readonly Polling[] = isSigned ? [] : settings.endpoints.flatMap(({ name }) => watch(name));

function watch(name: string): Polling[] {
  const card = new EndpointCard(name, { local: !settings.guarded });
  const accuracy = accuracyPanel(name);
  card.element.append(accuracy);
  byId('endpoints', HTMLElement).append(card.element);
  return [poll(name, card), watchAccuracy(api, name, accuracy)];
}

function poll(name: string, card: EndpointCard): Polling {
  return startPolling(async (signal) => {
    try {
      const status = await api.status(name, signal);
      connection.succeeded();
      return card.show(status);
    } catch (error) {
      if (signal.aborted) throw error;
      return connection.failed(error) ? RETRY_MS : card.showProblem(error);
    }
  });
}

/** Wait after a read without a response. */
const RETRY_MS = 4000;
