import type { Tracer } from '@aws-lambda-powertools/tracer';
import { ENV } from '../contract.ts';

type Client = Parameters<Tracer['captureAWSv3Client']>[0];

/**
 * The client of an AWS service, whose calls X-Ray records where the deployment's settings say `tracing: true`.
 * @param service name of the endpoint in the traces
 */
export async function traced<T extends Client>(
  client: T,
  service: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<T> {
  if (environment[ENV.tracing] !== 'true') return client;
  // Imported here, so that a function without traces does not evaluate the X-Ray SDK at each cold start.
  const { Tracer } = await import('@aws-lambda-powertools/tracer');
  return new Tracer({ serviceName: service }).captureAWSv3Client(client);
}
