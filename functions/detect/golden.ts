import type { GoldenAnswer, GoldenEvent } from '../api/events.ts';
import { goldenFindings } from '../detection/golden-findings.ts';
import type { DetectContext, Invocation } from './context.ts';

/**
 * Runs one model on the golden pictures of its package.
 * @throws InvalidOptionsError, ModelPackageError, ModelOutputError: the caller reads a function error as a failed
 * golden gate
 */
export async function answerGolden(
  { model: name }: GoldenEvent,
  { release }: Invocation,
  { models }: DetectContext,
): Promise<GoldenAnswer> {
  const model = await models.load(name);
  const findings = await goldenFindings(models.folderOf(name ?? models.names[0]), model);
  return { function_version: release.function_version, models: models.names, findings };
}
