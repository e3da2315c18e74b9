import { openAccess } from './access.ts';
import { Api } from './api.ts';
import { element } from './element.ts';
import { openIntake } from './intake.ts';
import { authOf } from './page-settings.ts';
import { showProblem } from './panel.ts';
import { openReference } from './reference.ts';
import { readSettings } from './settings.ts';
import { Try } from './try.ts';

const settings = readSettings();
const credentials = openAccess(settings, () => attempt.ask(), [
  'It cannot send the picture itself: choose one and copy the signed curl line; ',
  element('code', {}, 'awscurl --service execute-api'),
  ' or an AWS SDK’s signer does the same.',
]);
const attempt = new Try(settings, new Api(credentials));
openIntake({
  onPicture: (picture, label) => attempt.open(picture, label),
  onProblem: showProblem,
});
const { maxBodyBytes } = settings;
await openReference({ origin: location.origin, auth: authOf(settings), maxBodyBytes }, credentials);
