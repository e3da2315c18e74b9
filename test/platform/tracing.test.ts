import { S3Client } from '@aws-sdk/client-s3';
import { ENV } from '../../functions/contract.ts';
import { traced } from '../../functions/platform/tracing.ts';

const loaded = jest.fn();
const captured = jest.fn((client: unknown) => client);
jest.mock('@aws-lambda-powertools/tracer', () => {
  loaded();
  return {
    Tracer: class {
      captureAWSv3Client = captured;
    },
  };
});

const client = new S3Client({ region: 'us-east-1' });

test.each([{}, { [ENV.tracing]: 'false' }])('without tracing (%j) the X-Ray SDK is not loaded', async (environment) => {
  expect(await traced(client, 'count-cars', environment)).toBe(client);
  expect(loaded).not.toHaveBeenCalled();
});

test('with tracing the calls of the client are recorded', async () => {
  await traced(client, 'count-cars', { [ENV.tracing]: 'true' });
  expect(captured).toHaveBeenCalledWith(client);
});
