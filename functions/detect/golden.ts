import type { Context } from 'aws-lambda';
import type { GoldenAnswer } from '../api/events.ts';
import { type GoldenFinding, goldenFindings } from '../detection/golden-findings.ts';
import type { Door } from './context.ts';
import { releaseOf } from './release.ts';

/** Runs the models on their golden pictures. @throws whatever a broken model throws: a function error is an answer too */
export async function answerGolden(context: Context, door: Door): Promise<GoldenAnswer> {
  const findings: GoldenFinding[] = [];
  for (const { folder, model } of await door.models.all()) findings.push(...(await goldenFindings(folder, model)));
  return { function_version: releaseOf(context).function_version, findings };
}
