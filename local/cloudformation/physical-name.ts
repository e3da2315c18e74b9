import type { Site } from './deployment.ts';

/** A name as CloudFormation makes it: stack and logical id, within the length that the service allows. */
export function physicalName({ stack, logicalId }: Pick<Site, 'stack' | 'logicalId'>, length: number): string {
  const name = `${stack.name}-${logicalId}`;
  // The end of a logical id is its hash: it must stay.
  return name.length <= length ? name : `${name.slice(0, length - 9)}-${logicalId.slice(-8)}`;
}
