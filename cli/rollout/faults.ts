/** Nothing is deployed under this name, or not this endpoint. */
export class NotDeployed extends Error {
  override readonly name = 'NotDeployed';
}

/** There is no laptop to talk to, or more than one. */
export class NoLaptop extends Error {
  override readonly name = 'NoLaptop';
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

/** AWS refuses what the command needs: no credentials, or not allowed. */
export class NoAccess extends Error {
  override readonly name = 'NoAccess';
}

/** What a person needs to read of a fault: AWS's own errors say little without their name. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = [NotDeployed, NoLaptop, Refused, NotObeyed, Contended, NotMoved, NoAccess];
  if (own.some((cause) => error instanceof cause)) return error.message;
  const isBug = error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError;
  return isBug ? (error.stack ?? error.message) : `${error.name}: ${error.message}`;
}
