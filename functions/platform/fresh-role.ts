/** Seconds between two attempts, and how many of them follow the first: a minute in all. */
const WAIT_SECONDS = 5;
const MOST_RETRIES = 12;

/** Lambda and Step Functions, S3, and Lambda where it cannot read the environment of the invoked function. */
const DENIALS: readonly string[] = ['AccessDeniedException', 'AccessDenied', 'KMSAccessDeniedException'];

/**
 * Runs `action` again while AWS denies access, for a minute. Because IAM is eventually consistent: a policy takes
 * effect some seconds after CloudFormation has created it.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 * @param action is idempotent
 * @param wait resolves after a number of seconds
 * @throws the errors of `action`; that of the last attempt where access stays denied
 */
export async function retryWhileDenied<T>(
  action: () => Promise<T>,
  wait: (seconds: number) => Promise<unknown>,
): Promise<T> {
  for (let retries = 0; ; retries += 1) {
    try {
      return await action();
    } catch (error) {
      if (!isDenied(error) || retries === MOST_RETRIES) throw error;
    }
    await wait(WAIT_SECONDS);
  }
}

/** S3's errors are causes of our own. */
function isDenied(error: unknown): boolean {
  return error instanceof Error && (DENIALS.includes(error.name) || isDenied(error.cause));
}
