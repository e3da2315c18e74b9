import { EmulatorNotRunningError } from '../../local/running.ts';

/** Nothing is deployed under this name, or not this endpoint. */
export class NotDeployedError extends Error {
  override readonly name = 'NotDeployedError';
}

/** What was asked for makes no sense where the endpoint stands. */
export class OrderRefusedError extends Error {
  override readonly name = 'OrderRefusedError';
}

/** The rollout did not obey in time, or ended otherwise than asked. */
export class OrderNotExecutedError extends Error {
  override readonly name = 'OrderNotExecutedError';
}

/** Somebody moves the live alias at the same time, again and again. */
export class AliasContendedError extends Error {
  override readonly name = 'AliasContendedError';
}

/** The live alias does not say what it was told. */
export class AliasNotMovedError extends Error {
  override readonly name = 'AliasNotMovedError';
}

const OWN = [
  NotDeployedError,
  EmulatorNotRunningError,
  OrderRefusedError,
  OrderNotExecutedError,
  AliasContendedError,
  AliasNotMovedError,
];

/** What a person needs to read of a fault: what the SDK says of missing settings does not tell what to do. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (OWN.some((cause) => error instanceof cause)) return error.message;
  if (error.message === 'Region is missing')
    return `Expected a region (AWS_REGION, or one in the profile), there is none. ${LAPTOP}`;
  if (error.name === 'CredentialsProviderError') return `Expected credentials for AWS: ${error.message}. ${LAPTOP}`;
  const isBug = error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError;
  return isBug ? (error.stack ?? error.message) : `${error.name}: ${error.message}`;
}

const LAPTOP = 'For the laptop that runs here: --local';
