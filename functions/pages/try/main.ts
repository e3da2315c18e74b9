import { openAccess } from '../common/access.ts';
import { Api } from '../common/api.ts';
import { curlContextOf } from '../common/curl.ts';
import { element } from '../common/element.ts';
import { readSettings } from '../common/settings.ts';
import { openReference } from '../reference/reference.ts';
import { showProblem } from './panel.ts';
import { acceptPictures } from './picture-input.ts';
import { Try } from './try.ts';

const settings = readSettings();
const alternative = [
  'Choose a picture and copy the signed curl command. ',
  element('code', {}, 'awscurl --service execute-api'),
  ' and the signers of the AWS SDKs also work.',
];
const credentials = openAccess(settings, () => tryPart.predict(), { role: 'callers', alternative });
const tryPart = new Try(settings, new Api(credentials));
acceptPictures({
  onPicture: (picture, label) => tryPart.open(picture, label),
  onProblem: showProblem,
});
await openReference(curlContextOf(settings, location.origin), credentials);
