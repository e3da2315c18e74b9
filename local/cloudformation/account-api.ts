/**
 * STS's caller identity, and parameters of Systems Manager: those of a bootstrapped account, the public ones that list
 * the services of the emulator's region, and those that users put.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */

import { createHash } from 'node:crypto';
import { ACCOUNT, CREDENTIALS, REGION } from '../account.ts';
import { UnsupportedError } from '../errors.ts';
import { type Input, jsonService, type Operation, ServiceError } from '../protocol/json-service.ts';
import type { OperationName } from '../protocol/operations.ts';
import { queryService, textElement } from '../protocol/query-service.ts';
import type { Service } from '../protocol/service.ts';
import type { Table } from '../storage/database.ts';

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

/** A parameter that a user has put. */
export interface StoredParameter {
  readonly type: 'String' | 'SecureString';
  readonly value: string;
  readonly version: number;
}

/** Where they are stored. */
type ParameterTable = Pick<Table<StoredParameter>, 'entries' | 'put'>;

const NOWHERE: ParameterTable = { entries: () => [], put: () => {} };

/** Answers GetParameter and PutParameter. @param table where the parameters of users are stored. Default: nowhere */
export function ssmApi(table: ParameterTable = NOWHERE): Service {
  const own = new Map(table.entries());
  const operations: Record<OperationName<'ssm'>, Operation> = {
    GetParameter: (input) => {
      checkFields('GetParameter', input, ['Name', 'WithDecryption']);
      const name = String(input.Name);
      const found = own.get(name) ?? builtIn(name);
      if (!found) throw new ServiceError('ParameterNotFound', '');
      const { type, value, version } = found;
      const shown = type === 'SecureString' && input.WithDecryption !== true ? encrypted(value) : value;
      return {
        Parameter: { ARN: arnOf(name), DataType: 'text', Name: name, Type: type, Value: shown, Version: version },
      };
    },
    PutParameter: (input) => {
      checkFields('PutParameter', input, ['Name', 'Value', 'Type', 'Overwrite', 'Description']);
      const { Name: name, Value: value, Type: type, Overwrite } = input as Record<string, string>;
      const before = own.get(String(name));
      const kind = type ?? before?.type;
      if (kind !== 'String' && kind !== 'SecureString')
        throw new UnsupportedError(`Parameters of type ${kind}`, 'ssm API');
      checkParameter(String(name), String(value ?? ''));
      if (before && !Overwrite) {
        const message =
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.';
        throw new ServiceError('ParameterAlreadyExists', message);
      }
      const stored = { type: kind, value: String(value), version: (before?.version ?? 0) + 1 } as const;
      own.set(String(name), stored);
      table.put(String(name), stored);
      return { Tier: 'Standard', Version: stored.version };
    },
  };
  return jsonService('ssm', operations);
}

function checkFields(operation: string, input: Input, known: readonly string[]): void {
  const unknown = Object.keys(input).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UnsupportedError(`The parameter ${unknown} of ${operation}`, 'ssm API');
}

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
function checkParameter(name: string, value: string): void {
  if (!/^[a-zA-Z0-9_.\-/]{1,1011}$/.test(name) || /^\/?(?:aws|ssm)(?:\/|$)/i.test(name)) {
    throw new ServiceError('ValidationException', 'Parameter name is not valid.');
  }
  if (value === '' || Buffer.byteLength(value) > 4096) {
    throw new ServiceError(
      'ValidationException',
      'Standard tier parameters support a maximum parameter value of 4096 characters.',
    );
  }
}

function builtIn(name: string): StoredParameter | undefined {
  const value = PARAMETERS.get(name);
  return value === undefined ? undefined : { type: 'String', value, version: 1 };
}

/** Not the value: what AWS answers there nobody can read either. */
function encrypted(value: string): string {
  return createHash('sha256').update(value).digest('base64');
}

/** Public parameters belong to no account. */
function arnOf(name: string): string {
  return `arn:aws:ssm:${REGION}:${name.startsWith('/aws/') ? '' : ACCOUNT}:parameter${name}`;
}
