/** Resource types that the emulator accepts without emulating them, each with the reason. */

import { ACCOUNT, REGION } from '../account.ts';
import { ENCRYPTION, PERMISSIONS } from './property-rules.ts';
import { physicalName, type ResourceType } from './resource-type.ts';

const ALARMS = 'The emulator evaluates no alarms and sends no notifications.';

const ATHENA = 'There is no Athena: npm run query reads the same files.';

const INERT: Readonly<Record<string, string>> = {
  'AWS::Athena::NamedQuery': ATHENA,
  'AWS::Athena::WorkGroup': ATHENA,
  'AWS::CDK::Metadata': 'Usage statistics of the CDK.',
  'AWS::CloudWatch::Alarm': ALARMS,
  'AWS::CloudWatch::CompositeAlarm': ALARMS,
  'AWS::CloudWatch::Dashboard': 'A page of the AWS console.',
  'AWS::Glue::Database': ATHENA,
  'AWS::Glue::Table': ATHENA,
  'AWS::IAM::ManagedPolicy': PERMISSIONS.reason,
  'AWS::IAM::Policy': PERMISSIONS.reason,
  'AWS::IAM::Role': PERMISSIONS.reason,
  'AWS::KMS::Key': ENCRYPTION.reason,
  'AWS::Lambda::Permission': PERMISSIONS.reason,
  'AWS::Logs::LogGroup': 'Each function has a file in the folder of the logs.',
  'AWS::S3::BucketPolicy': PERMISSIONS.reason,
};

/** Resources of these types only have a name, an ARN and the attributes that templates refer to. */
export function inertResources(): Record<string, ResourceType> {
  return Object.fromEntries(Object.keys(INERT).map((type) => [type, inert]));
}

/** Types whose `Ref` is the ARN. */
const BY_ARN: readonly string[] = ['AWS::IAM::ManagedPolicy'];

const inert: ResourceType = {
  apply: (_, context) => {
    const name = physicalName(context, 64);
    const [, service = '', kind = ''] = context.type.split('::');
    const arn = `arn:aws:${service.toLowerCase()}:${REGION}:${ACCOUNT}:${kind.toLowerCase()}/${name}`;
    return {
      ref: BY_ARN.includes(context.type) ? arn : name,
      attributes: { Arn: arn, RoleId: name, KeyId: name },
    };
  },
};
