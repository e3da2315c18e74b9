/** The review page: one picture after the other, its count confirmed or corrected by one key. */

import { openAccess } from '../common/access.ts';
import { Api } from '../common/api.ts';
import { byId, element, show } from '../common/element.ts';
import { authOf } from '../common/page-settings.ts';
import { readSettings } from '../common/settings.ts';
import { askName, type Person } from '../judge/person.ts';
import { Review } from './review-page.ts';

const [, , endpoint = ''] = decodeURIComponent(location.pathname).split('/');
const settings = readSettings();
const command = element('code', {}, 'npm run console');
const credentials = openAccess(settings, () => review?.credentialsChanged(), {
  role: 'operators',
  alternative: ['In a terminal with AWS credentials: ', command, ', then open this page there.'],
});
let review: Review | undefined;

const labels = settings.endpoints.find(({ name }) => name === endpoint)?.labels;
const counted = labels ? new Intl.ListFormat('en').format(labels) : 'all objects';
byId('title', HTMLElement).textContent = `${endpoint}: is the count right?`;
byId('labels', HTMLElement).textContent = `Count ${counted}.`;
document.title = `${endpoint}: review`;
if (authOf(settings, 'operators') !== 'iam') askName(start);

function start(person: Person): void {
  show(byId('work', HTMLElement), true);
  if (review) review.changePerson(person);
  else review = new Review({ endpoint, person, api: new Api(credentials) });
}
