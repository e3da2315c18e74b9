/**
 * Limits and usage of the account, as GetAccountSettings answers them.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html
 */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Functions } from './functions.ts';

const MB = 1024 ** 2;

/** The quotas of an account that is not new. */
const LIMITS = { TotalCodeSize: 75 * 1024 * MB, CodeSizeUnzipped: 250 * MB, CodeSizeZipped: 50 * MB } as const;

/** Concurrent invocations of an account that is not new; the answer where the emulator has no limit. */
const CONCURRENCY = 1000;

/** The answer of GetAccountSettings. Code has the size of its folders: nothing is zipped here. */
export function accountSettings(functions: Functions): object {
  const all = functions.list();
  const { limit, reserved } = functions.concurrency.account;
  const concurrency = Number.isFinite(limit) ? limit : CONCURRENCY;
  const versions = all.flatMap(({ name }) => functions.listVersions(name));
  const code = versions.reduce((sum, version) => sum + bytesIn(version.code), 0);
  const layers = new Set(versions.flatMap((version) => version.layers));
  const layerCode = [...layers].reduce((sum, folder) => sum + bytesIn(folder), 0);
  return {
    AccountLimit: {
      ...LIMITS,
      ConcurrentExecutions: concurrency,
      UnreservedConcurrentExecutions: concurrency - reserved,
    },
    AccountUsage: { TotalCodeSize: code + layerCode, FunctionCount: all.length },
  };
}

function bytesIn(folder: string): number {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.map((name) => statSync(join(folder, name))).filter((stats) => stats.isFile());
  return files.reduce((sum, { size }) => sum + size, 0);
}
