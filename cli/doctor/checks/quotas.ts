/** Checks of the account's quotas against the settings. */

import { GetAccountSettingsCommand, type GetAccountSettingsCommandOutput } from '@aws-sdk/client-lambda';
import type { ResolvedEndpoint } from '../../../lib/check-config.ts';
import { type DoctorContext, npmCommand } from '../context.ts';
import { failed, ok, type Result, warning } from '../result.ts';

/** Limits and usage of an account's functions. */
export interface AccountQuotas {
  /** Concurrent invocations of all functions. */
  readonly concurrency: number;
  /** Those that no function reserves. */
  readonly unreserved: number;
  /** Bytes of all versions of all functions and layers. */
  readonly codeBytes: number;
  readonly mostCodeBytes: number;
  /** Most bytes of one function with its layers, not zipped. */
  readonly mostFunctionBytes: number;
}

/** Reads the quotas of Lambda. */
export async function readQuotas({ clients, signal }: DoctorContext): Promise<AccountQuotas> {
  return quotasOf(await clients.lambda.send(new GetAccountSettingsCommand({}), { abortSignal: signal }));
}

function quotasOf({ AccountLimit = {}, AccountUsage = {} }: GetAccountSettingsCommandOutput): AccountQuotas {
  const { ConcurrentExecutions = 0, UnreservedConcurrentExecutions = 0 } = AccountLimit;
  return {
    concurrency: ConcurrentExecutions,
    unreserved: UnreservedConcurrentExecutions,
    codeBytes: AccountUsage.TotalCodeSize ?? 0,
    mostCodeBytes: AccountLimit.TotalCodeSize ?? 0,
    mostFunctionBytes: AccountLimit.CodeSizeUnzipped ?? 0,
  };
}

type Endpoints = readonly Pick<ResolvedEndpoint, 'memoryMb' | 'reservedConcurrency' | 'uploadConcurrency'>[];

/** Concurrency that AWS keeps unreserved; all of it in an account with less. */
const KEPT_UNRESERVED = 100;
/** A caller, and a tick of a rollout. */
const OTHERS_PER_ENDPOINT = 2;

const MORE_CONCURRENCY =
  'aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 ' +
  '--desired-value 1000';

/** @param added the endpoints that are not deployed yet: the others have their reservations */
export function checkConcurrency(
  endpoints: Endpoints,
  { concurrency, unreserved }: Pick<AccountQuotas, 'concurrency' | 'unreserved'>,
  added: Endpoints,
): Result {
  const measured = { value: concurrency, unit: 'concurrent invocations' };
  const reserved = sum(added.map(({ reservedConcurrency = 0 }) => reservedConcurrency));
  const kept = Math.min(KEPT_UNRESERVED, concurrency);
  const left = unreserved - reserved;
  if (reserved > 0 && left < kept) {
    const words = `${reserved} of ${unreserved} invocations are to be reserved; AWS keeps ${kept} unreserved`;
    return failed(words, `${MORE_CONCURRENCY} (or take reservedConcurrency out of the settings)`, measured);
  }
  const sharing = endpoints.filter(({ reservedConcurrency }) => reservedConcurrency === undefined);
  const uploads = sum(sharing.map(({ uploadConcurrency }) => uploadConcurrency));
  const others = OTHERS_PER_ENDPOINT * sharing.length;
  const words = `${left} of ${concurrency} concurrent invocations are unreserved, uploads take ${uploads} at most`;
  if (left >= uploads + others) return ok(words, measured);
  const remedy = `${MORE_CONCURRENCY} (or set a lower uploadConcurrency: 2 is the least)`;
  return warning(`${words}; callers and rollouts need ${others} more`, remedy, measured);
}

/** Memory that every account allows, MB. AWS documents no way to read the quota. */
const MEMORY_OF_NEW_ACCOUNTS = 3008;
/** Concurrency of an account that is not new. */
const FULL_CONCURRENCY = 1000;

/** @param added the endpoints that are not deployed yet: AWS has accepted the memory of the others */
export function checkMemory(
  endpoints: Endpoints,
  { concurrency }: Pick<AccountQuotas, 'concurrency'>,
  added: Endpoints,
): Result {
  const most = Math.max(...endpoints.map(({ memoryMb }) => memoryMb));
  const measured = { value: most, unit: 'MB' };
  if (most <= MEMORY_OF_NEW_ACCOUNTS) {
    return ok(`${most} MB at most, a new account allows ${MEMORY_OF_NEW_ACCOUNTS}`, measured);
  }
  if (added.every(({ memoryMb }) => memoryMb <= MEMORY_OF_NEW_ACCOUNTS)) {
    return ok(`${most} MB at most, which AWS has accepted`, measured);
  }
  const remedy = `set memoryMb to ${MEMORY_OF_NEW_ACCOUNTS} at most, or ask AWS Support for more memory`;
  const words = `a function has ${most} MB, a new account allows ${MEMORY_OF_NEW_ACCOUNTS}`;
  if (concurrency < FULL_CONCURRENCY) {
    return failed(`${words}; with ${concurrency} concurrent invocations this account is new`, remedy, measured);
  }
  return warning(`${words}; AWS does not say what this account allows`, remedy, measured);
}

const GB = 1024 ** 3;
/** Share of the storage from which on it is a warning. */
const NEARLY_FULL = 0.8;

/** Whether the storage has room for a release of all endpoints. */
export function checkCodeStorage(
  endpoints: Endpoints,
  { codeBytes, mostCodeBytes, mostFunctionBytes }: Omit<AccountQuotas, 'concurrency' | 'unreserved'>,
  context: Pick<DoctorContext, 'isLocal'>,
): Result {
  // Not by hand, because a rollback needs versions that no alias names.
  const prune = npmCommand(context, 'versions', 'prune --keep 5');
  const remedy = `${prune} (or delete versions of other functions of this account)`;
  const used = (codeBytes / GB).toFixed(2);
  const words = `${used} of ${mostCodeBytes / GB} GB are used by all versions and layers`;
  const measured = { value: Number(used), unit: 'GB' };
  const need = endpoints.length * mostFunctionBytes;
  if (mostCodeBytes - codeBytes < need) {
    const gigabytes = (need / GB).toFixed(2);
    return failed(`${words}; a release of all endpoints can need ${gigabytes} GB`, remedy, measured);
  }
  return codeBytes > NEARLY_FULL * mostCodeBytes ? warning(words, remedy, measured) : ok(words, measured);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
