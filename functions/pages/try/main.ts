import { openAccess } from '../common/access.ts';
import { Api } from '../common/api.ts';
import { element } from '../common/element.ts';
import { authOf } from '../common/page-settings.ts';
import { readSettings } from '../common/settings.ts';
import { openReference } from '../reference/reference.ts';
import { openIntake } from './intake.ts';
import { showProblem } from './panel.ts';
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
