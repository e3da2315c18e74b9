import { checkGolden, type GoldenResult } from '../judge/golden-check.ts';
import type { FunctionVersion } from './function-version.ts';

/** Runs a version on its golden pictures and compares the detections with the expected ones. */
export async function goldenResult(version: FunctionVersion): Promise<GoldenResult> {
  const invocation = await version.golden();
  if (invocation.ok) return checkGolden(invocation.answer.findings);
  return { passed: false, failure: { kind: 'error', error: invocation.failure } };
}
