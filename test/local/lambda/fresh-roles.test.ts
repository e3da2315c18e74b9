/** `npm start -- --fresh-roles`: functions with new roles are refused for a while, as AWS may refuse them. */

import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { appIdOf, FreshRoles } from '../../../local/lambda/fresh-roles.ts';
import { att, fn } from '../fixtures/assembly.ts';
import { EmulatorProcess } from '../fixtures/emulator-process.ts';

test('the id leaves room for what Powertools appends, above which AWS clients warn', () => {
  const appended = '/PT/NO-OP/2.36.0/PTEnv/AWS_Lambda_nodejs24.x';
  expect((appIdOf('ml-deployment-CountCars-RolloutFunction') + appended).length).toBeLessThanOrEqual(50);
});

test('without the setting no role is refused', async () => {
  const apply = () => ({ ref: 'f', attributes: { Arn: 'role' } });
  const roles = new FreshRoles(0);
  const types = roles.observe({ 'AWS::IAM::Role': { apply }, 'AWS::Lambda::Function': { apply } });
  for (const type of Object.values(types)) await type.apply({ Role: 'role' }, {} as never);
  const headers = { 'user-agent': `aws-sdk-js/3 app/${appIdOf('f')}` };
  expect(() => roles.check({ headers, path: '/' } as never)).not.toThrow();
});

describe('an emulator that refuses new roles', () => {
  let emulator: EmulatorProcess;
  beforeAll(async () => {
    const Role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } };
    const resources = { Role, Probe: fn('probe', { Role: att('Role', 'Arn') }), Old: fn('probe') };
    emulator = await EmulatorProcess.start([{ name: 'Fresh', resources }], ['--fresh-roles', '3600']);
  });
  afterAll(() => emulator?.stop());

  /** Errors of three services for a client that sends this id. */
  async function errorsFor(userAgentAppId?: string): Promise<string[]> {
    const settings = { ...emulator.client, ...(userAgentAppId && { userAgentAppId }) };
    const calls = [
      new S3Client(settings).send(new ListObjectsV2Command({ Bucket: 'none' })),
      new SFNClient(settings).send(new ListExecutionsCommand({ stateMachineArn: 'arn:none' })),
      new LambdaClient(settings).send(new InvokeCommand({ FunctionName: 'none' })),
    ];
    return Promise.all(
      calls.map((call) =>
        call.then(
          () => 'answered',
          (error: Error) => error.name,
        ),
      ),
    );
  }

  const appIdIn = async (FunctionName: string): Promise<string> => {
    const command = new InvokeCommand({ FunctionName, Payload: '{"act":"see"}' });
    const { Payload } = await new LambdaClient(emulator.client).send(command);
    return JSON.parse(Payload?.transformToString() ?? '').env.AWS_SDK_UA_APP_ID;
  };

  test('refuses the function with the new role, by all services', async () => {
    expect(await errorsFor(await appIdIn('Fresh-Probe'))).toEqual([
      'AccessDenied',
      'AccessDeniedException',
      'AccessDeniedException',
    ]);
  });

  test('refuses no function with another role, and no command', async () => {
    const others = ['NoSuchBucket', 'StateMachineDoesNotExist', 'ResourceNotFoundException'];
    expect(await errorsFor(await appIdIn('Fresh-Old'))).toEqual(others);
    expect(await errorsFor()).toEqual(others);
  });
});
