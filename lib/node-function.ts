import { type FunctionProps, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';

/** What all our functions are alike in: bundles of one file, JSON logs, traces. */
export const NODE_FUNCTION = {
  handler: 'index.handler',
  runtime: Runtime.NODEJS_24_X,
  loggingFormat: LoggingFormat.JSON,
  tracing: Tracing.ACTIVE,
} satisfies Partial<FunctionProps>;
