import type { GoldenAnswer } from '../api/events.ts';
import { type GoldenFinding, goldenFindings } from '../detection/golden-findings.ts';
import type { DetectContext, Invocation } from './context.ts';

/**
 * Runs every model on the golden pictures of its package.
 * @throws ModelPackageError, ModelOutputError: the caller reads a function error as a failed golden gate
 */
export async function answerGolden({ release }: Invocation, { models }: DetectContext): Promise<GoldenAnswer> {
  const findings: GoldenFinding[] = [];
  for (const { folder, model } of await models.all()) findings.push(...(await goldenFindings(folder, model)));
  return { function_version: release.function_version, findings };
}
