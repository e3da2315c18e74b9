/** The report page: fetches the report, with the token where one is required, and records decisions. */

import { openAccess, storedToken } from '../common/access.ts';
import { Api, type Credentials } from '../common/api.ts';
import { byId, element, show } from '../common/element.ts';
import { authOf } from '../common/page-settings.ts';
import { describeProblem } from '../common/problem-view.ts';
import { readSettings } from '../common/settings.ts';
import { wireDecisions } from './decisions.ts';
import { wireGallery } from './gallery.ts';

/** Without settings, the report itself was opened. That works where the API requires no token. */
if (document.getElementById('settings')) openPage();
else wire(storedToken);

function wire(credentials: Credentials): void {
  wireGallery(document);
  wireDecisions(document, new Api(credentials));
}

function openPage(): void {
  const [, , endpoint = ''] = decodeURIComponent(location.pathname).split('/');
  const version = new URLSearchParams(location.search).get('version');
  const settings = readSettings();
  const command = element('code', {}, `npm run rollout -- report ${endpoint}`);
  const alternative = ['Write the report to a file from a terminal: ', command];
  const credentials = openAccess(settings, () => load(), { role: 'operators', alternative });
  const load = () => fill(new Api(credentials).report(endpoint, version)).then(() => wire(credentials), showProblem);
  if (authOf(settings, 'operators') === 'iam') byId('report', HTMLElement).replaceChildren();
  else load();
}

/** Inserts the content only: the content security policy runs none of its scripts, and it needs none. */
async function fill(page: Promise<string>): Promise<void> {
  const fetched = new DOMParser().parseFromString(await page, 'text/html');
  const report = byId('report', HTMLElement);
  document.title = fetched.title;
  report.replaceChildren(...(fetched.getElementById('report')?.childNodes ?? []));
  report.removeAttribute('aria-busy');
  show(byId('problem', HTMLElement), false);
}

function showProblem(error: unknown): void {
  const problem = byId('problem', HTMLElement);
  problem.replaceChildren(...describeProblem(error));
  show(problem, true);
  byId('report', HTMLElement).replaceChildren();
}
