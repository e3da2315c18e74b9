import type { GoldenAnswer, Invocation } from '../api/events.ts';
import type { GoldenFinding } from '../detection/golden-findings.ts';
import { checkGolden, type GoldenResult } from '../judge/golden-check.ts';
import type { FunctionVersion } from './function-version.ts';

/** Runs every model of a version on its golden pictures and compares the detections with the expected ones. */
export async function goldenResult(version: FunctionVersion): Promise<GoldenResult> {
  const first = await invokeTwice(version);
  if (!first.ok) return failed(first.failure);
  const findings: GoldenFinding[] = [...first.answer.findings];
  // One model at a time, so that they share one warm process.
  for (const model of first.answer.models?.slice(1) ?? []) {
    const next = await invokeTwice(version, model);
    if (!next.ok) return failed(next.failure);
    findings.push(...next.answer.findings);
  }
  return checkGolden(findings);
}

/** Because one function error can be Lambda's own, such as a slow start, and a rollback on it would be wrong. */
async function invokeTwice(version: FunctionVersion, model?: string): Promise<Invocation<GoldenAnswer>> {
  const invocation = await version.golden(model);
  return invocation.ok ? invocation : version.golden(model);
}

function failed(error: string): GoldenResult {
  return { passed: false, failure: { kind: 'error', error } };
}
