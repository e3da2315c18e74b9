import { NoLaptop } from '../../local/running.ts';

/** Nothing is deployed under this name, or not this endpoint. */
export class NotDeployed extends Error {
  override readonly name = 'NotDeployed';
}

/** What was asked for makes no sense where the endpoint stands. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** The rollout did not obey in time, or ended otherwise than asked. */
export class NotObeyed extends Error {
  override readonly name = 'NotObeyed';
}

/** Somebody moves the live alias at the same time, again and again. */
export class Contended extends Error {
  override readonly name = 'Contended';
}

/** The live alias does not say what it was told. */
export class NotMoved extends Error {
  override readonly name = 'NotMoved';
}

const OWN = [NotDeployed, NoLaptop, Refused, NotObeyed, Contended, NotMoved];

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
