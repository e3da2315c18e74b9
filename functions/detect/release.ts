import type { Context } from 'aws-lambda';
import type { Release } from '../api/schemas.ts';

/** Which version runs, and through which alias it was reached (the eighth part of the ARN, when that is a name). */
export function releaseOf(context: Context): Release {
  const qualifier = context.invokedFunctionArn.split(':')[7];
  const alias = qualifier && !/^(\d+|\$LATEST)$/.test(qualifier) ? qualifier : null;
  return { function_version: context.functionVersion, alias };
}
