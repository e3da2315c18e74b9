import { EmulatorNotRunningError } from '../../local/running.ts';
import { ExitCodeError } from '../terminal/exit-codes.ts';

/** No deployment has this name, or the deployment has no such endpoint. */
export class NotDeployedError extends Error {
  override readonly name = 'NotDeployedError';
}

/** The endpoint's present status does not allow the command. */
export class OrderRefusedError extends Error {
  override readonly name = 'OrderRefusedError';
}

/** No tick executed the order in time, or the rollout ended first. */
export class OrderNotExecutedError extends Error {
  override readonly name = 'OrderNotExecutedError';
}

/** The live alias was moved at the same time, twice. */
export class AliasContendedError extends Error {
  override readonly name = 'AliasContendedError';
}

/** The live alias does not have the routing that was written. */
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

/** The message for an error. Messages of the SDK about missing settings get the remedy. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ExitCodeError || OWN.some((cause) => error instanceof cause)) return error.message;
  if (error.message === 'Region is missing')
    return `Expected a region (AWS_REGION, or one in the profile), received none. ${EMULATOR}`;
  if (error.name === 'CredentialsProviderError')
    return `Expected AWS credentials, received none: ${error.message}. ${EMULATOR}`;
  const isBug = error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError;
  return isBug ? (error.stack ?? error.message) : `${error.name}: ${error.message}`;
}

const EMULATOR = 'For the local emulator, add --local.';
