/**
 * What commands read of the account before a deployment: STS's caller identity, and parameters of Systems Manager:
 * those of a bootstrapped account, and the public ones that list the services of the emulator's region.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */

import { ACCOUNT, CREDENTIALS, REGION } from '../account.ts';
import { UnsupportedError } from '../errors.ts';
import { jsonService, ServiceError } from '../protocol/json-service.ts';
import { queryService, textElement } from '../protocol/query-service.ts';
import type { Service } from '../protocol/service.ts';

/** Answers GetCallerIdentity. The only caller of the emulator is a user. */
export function stsApi(): Service {
  const service = { service: 'STS', namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' };
  const user = CREDENTIALS.accessKeyId;
  const identity = [
    textElement('Arn', `arn:aws:iam::${ACCOUNT}:user/${user}`),
    textElement('UserId', user),
    textElement('Account', ACCOUNT),
  ].join('');
  return queryService(service, { GetCallerIdentity: { parameters: [], answer: () => identity } });
}

/** Version of the bootstrap stack that the emulator stands for: that of `aws-cdk` in package.json. */
const BOOTSTRAP_VERSION = '33';

/** Services whose APIs the stacks need. */
const SERVICES = ['apigateway', 'lambda'];

const PARAMETERS: ReadonlyMap<string, string> = new Map([
  ['/cdk-bootstrap/hnb659fds/version', BOOTSTRAP_VERSION],
  ...SERVICES.map((name) => [`/aws/service/global-infrastructure/services/${name}/regions/${REGION}`, REGION] as const),
]);

/** Parameters of the operation. `WithDecryption` has no effect on plain text. */
const INPUT = ['Name', 'WithDecryption'];

/** Answers GetParameter. */
export function ssmApi(): Service {
  return jsonService('ssm', {
    GetParameter: (input) => {
      const unknown = Object.keys(input).find((name) => !INPUT.includes(name));
      if (unknown !== undefined) throw new UnsupportedError(`The parameter ${unknown} of GetParameter`, 'ssm API');
      const name = String(input.Name);
      const value = PARAMETERS.get(name);
      if (value === undefined) throw new ServiceError('ParameterNotFound', '');
      return {
        Parameter: { ARN: arnOf(name), DataType: 'text', Name: name, Type: 'String', Value: value, Version: 1 },
      };
    },
  });
}

/** Public parameters belong to no account. */
function arnOf(name: string): string {
  return `arn:aws:ssm:${REGION}:${name.startsWith('/aws/') ? '' : ACCOUNT}:parameter${name}`;
}
