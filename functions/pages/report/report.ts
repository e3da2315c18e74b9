/** The report before the API: fetched with the person's token where one is wanted, decisions recorded from the page itself. */

import { openAccess, storedToken } from '../common/access.ts';
import { Api, type Credentials } from '../common/api.ts';
import { byId, element, show } from '../common/element.ts';
import { authOf } from '../common/page-settings.ts';
import { describeProblem } from '../common/problem-view.ts';
import { readSettings } from '../common/settings.ts';
import { wireDecisions } from './decisions.ts';
import { wireGallery } from './gallery.ts';

/** The page around the report; without it the report itself was opened, as it can be where nobody is asked for a token. */
if (document.getElementById('settings')) open();
else wire(storedToken);

function wire(credentials: Credentials): void {
  wireGallery(document);
  wireDecisions(document, new Api(credentials));
}

function open(): void {
  const [, , endpoint = ''] = decodeURIComponent(location.pathname).split('/');
  const version = new URLSearchParams(location.search).get('version');
  const settings = readSettings();
  const command = element('code', {}, `npm run rollout -- report ${endpoint}`);
  const credentials = openAccess(settings, () => load(), ['The same report as a file, from a terminal: ', command]);
  const load = () => fill(new Api(credentials).report(endpoint, version)).then(() => wire(credentials), refused);
  if (authOf(settings) === 'iam') byId('report', HTMLElement).replaceChildren();
  else load();
}

/** Only its content: the policy lets none of its scripts run, and it needs none. */
async function fill(page: Promise<string>): Promise<void> {
  const fetched = new DOMParser().parseFromString(await page, 'text/html');
  const report = byId('report', HTMLElement);
  document.title = fetched.title;
  report.replaceChildren(...(fetched.getElementById('report')?.childNodes ?? []));
  report.removeAttribute('aria-busy');
  show(byId('problem', HTMLElement), false);
}

function refused(error: unknown): void {
  const problem = byId('problem', HTMLElement);
  problem.replaceChildren(...describeProblem(error));
  show(problem, true);
  byId('report', HTMLElement).replaceChildren();
}
