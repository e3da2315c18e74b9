/** What was imported, in words. */

import type { SentDecisions } from './decisions.ts';
import type { FormatName } from './formats/formats.ts';
import type { Changes } from './import.ts';
import { RANDOM_TRUTH_FILE, TRUTH_FILE, type TruthFiles } from './truth-files.ts';

/** What an import did. */
export interface Import {
  readonly format: FormatName;
  /** The exported folder. */
  readonly folder: string;
  readonly changes: Changes;
  readonly truth: TruthFiles;
  /** Names of new golden pictures. */
  readonly golden: readonly string[];
  readonly decisions?: SentDecisions;
}

/** The import for people. */
export function importInWords(endpoint: string, { format, folder, changes, truth, golden, decisions }: Import): string {
  const { kept, moved, drawn, removed } = changes;
  return [
    `${endpoint}: ${truth.pictures} labelled pictures as ${format}, ${changes.pictures} of them corrected`,
    `  boxes: ${kept} kept, ${moved} moved, ${drawn} drawn, ${removed} removed`,
    `  truth: ${folder}/${TRUTH_FILE}`,
    ...(truth.random > 0 ? [`  of these ${truth.random} drawn at random: ${folder}/${RANDOM_TRUTH_FILE}`] : []),
    ...(golden.length > 0 ? [`  golden pictures: ${golden.join(', ')}`] : []),
    ...(decisions ? decisionsInWords(decisions) : []),
    `  then: npm run model -- eval <model> --photos ${folder} --truth ${folder}/${TRUTH_FILE}`,
  ].join('\n');
}

function decisionsInWords({ stored, uncounted, failed }: SentDecisions): string[] {
  return [
    `  human decisions: ${stored} stored`,
    ...(uncounted > 0 ? [`  not counted, because of regions of many objects: ${uncounted}`] : []),
    ...(failed.length > 0 ? [`  ${failed.length} not stored:`, ...failed.map((each) => `    ${each}`)] : []),
  ];
}
