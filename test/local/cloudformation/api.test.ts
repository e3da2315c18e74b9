import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { cloudFormationApi } from '../../../local/cloudformation/api.ts';
import { UnsupportedError } from '../../../local/errors.ts';
import { queryOperationOf } from '../../../local/protocol/query-service.ts';

const stacks = new Map([
  ['app-Platform', { status: 'CREATE_COMPLETE', outputs: new Map([['BucketName', 'a <bucket> & more']]) }],
  ['app-CountCars', { status: 'UPDATE_ROLLBACK_COMPLETE', outputs: new Map([['FunctionName', 'cars']]) }],
]);
const guarded = new Set(['app-Platform']);
const api = cloudFormationApi({
  stacks: () => stacks,
  resource: (stack, logicalId) =>
    stack === 'app-CountCars' && logicalId === 'Version5'
      ? { type: 'AWS::Lambda::Version', ref: 'arn:aws:lambda:us-east-1:000000000000:function:cars:7' }
      : undefined,
  isProtected: (stack) => guarded.has(stack),
  protect: (stack, isProtected) => void (isProtected ? guarded.add(stack) : guarded.delete(stack)),
  delete: async (stack) => {
    stacks.delete(stack);
    return [];
  },
});

/** The real client, whose requests go to the service instead of to a port. */
const client = new CloudFormationClient({
  region: 'us-east-1',
  credentials: { accessKeyId: 'laptop', secretAccessKey: 'laptop' },
  endpoint: 'http://127.0.0.1',
  maxAttempts: 1,
  requestHandler: {
    handle: async ({ method, path, body }: { method: string; path: string; body: string }) => {
      const answer = await api({ method, path, query: new URLSearchParams(), headers: {}, body: Buffer.from(body) });
      const bytes = new TextEncoder().encode(String(answer.body));
      return { response: { statusCode: answer.status, headers: { ...answer.headers }, body: bytes } };
    },
  } as never,
});

test('the client understands one stack and all of them', async () => {
  const { Stacks: one } = await client.send(new DescribeStacksCommand({ StackName: 'app-Platform' }));
  expect(one).toMatchObject([
    {
      StackName: 'app-Platform',
      StackStatus: 'CREATE_COMPLETE',
      CreationTime: expect.any(Date),
      EnableTerminationProtection: true,
      Outputs: [{ OutputKey: 'BucketName', OutputValue: 'a <bucket> & more' }],
    },
  ]);
  const { Stacks: all = [] } = await client.send(new DescribeStacksCommand({}));
  expect(all.map(({ StackName, StackStatus }) => [StackName, StackStatus])).toEqual([
    ['app-Platform', 'CREATE_COMPLETE'],
    ['app-CountCars', 'UPDATE_ROLLBACK_COMPLETE'],
  ]);
});

test('an unknown stack is a validation error, as in AWS', async () => {
  await expect(client.send(new DescribeStacksCommand({ StackName: 'other' }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id other does not exist',
  });
});

test('a resource of a stack is described by its logical id', async () => {
  const describe = (StackName: string, LogicalResourceId: string) =>
    client.send(new DescribeStackResourceCommand({ StackName, LogicalResourceId }));
  expect((await describe('app-CountCars', 'Version5')).StackResourceDetail).toEqual({
    StackName: 'app-CountCars',
    StackId: expect.stringContaining('stack/app-CountCars/'),
    LogicalResourceId: 'Version5',
    PhysicalResourceId: 'arn:aws:lambda:us-east-1:000000000000:function:cars:7',
    ResourceType: 'AWS::Lambda::Version',
    ResourceStatus: 'CREATE_COMPLETE',
    LastUpdatedTimestamp: expect.any(Date),
  });
  await expect(describe('app-CountCars', 'Version4')).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Resource Version4 does not exist for stack app-CountCars',
  });
  await expect(describe('other', 'Version4')).rejects.toMatchObject({ message: 'Stack with id other does not exist' });
});

test('a stack is deleted, but not while it is protected', async () => {
  const StackName = 'app-Platform';
  const deleteIt = () => client.send(new DeleteStackCommand({ StackName }));
  await expect(deleteIt()).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack [app-Platform] cannot be deleted while TerminationProtection is enabled',
  });
  await client.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }));
  await deleteIt();
  expect([...stacks.keys()]).toEqual(['app-CountCars']);
  const unknown = new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: true });
  await expect(client.send(unknown)).rejects.toThrow('Stack with id app-Platform does not exist');
});

test('a parameter that the emulator does not support is rejected by its name', async () => {
  const body = Buffer.from('Action=DescribeStacks&Version=2010-05-15&NextToken=x');
  await expect(api({ method: 'POST', path: '/', query: new URLSearchParams(), headers: {}, body })).rejects.toThrow(
    'The parameter NextToken of DescribeStacks (CloudFormation API) is not supported',
  );
});

test('another operation is rejected by its name', async () => {
  const body = Buffer.from('Action=CreateStack&StackName=app');
  await expect(api({ method: 'POST', path: '/', query: new URLSearchParams(), headers: {}, body })).rejects.toThrow(
    UnsupportedError,
  );
});

test('the operation of a form is known, so that a fault can name it', () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = Buffer.from('Action=DescribeStacks&Version=2010-05-15');
  expect(queryOperationOf({ headers, body })).toBe('DescribeStacks');
  expect(queryOperationOf({ headers: {}, body })).toBeUndefined();
});
