/** `labels import`: reads labels, writes the truth, and passes counts and golden pictures on. */

import { ApiClient } from '../console/api-client.ts';
import { packageFolder, shortPath } from '../model/files/package-folder.ts';
import type { CommonOptions } from '../rollout/common-options.ts';
import { connect } from '../rollout/connection.ts';
import { findEndpoint } from '../rollout/deployed-endpoint.ts';
import { EXIT, ExitCodeError } from '../terminal/exit-codes.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { type SentDecisions, sendDecisions } from './decisions.ts';
import type { FormatName } from './formats/formats.ts';
import { addGolden } from './golden.ts';
import { type Imported, importLabels } from './import.ts';
import { importInWords } from './import-words.ts';
import { writeTruth } from './truth-files.ts';

/** Some decisions were not stored. */
export const EXIT_INCOMPLETE = 3;

/** Options of the command. */
export interface ImportOptions extends CommonOptions {
  readonly pictures?: string;
  readonly as?: FormatName;
  readonly confirmed?: boolean;
  readonly decisions?: boolean;
  readonly by?: string;
  readonly token?: string;
  readonly golden?: readonly string[];
  readonly model?: string;
  readonly models: string;
}

/** The command line is incomplete, or nobody has changed a box. */
export class ImportRefusedError extends ExitCodeError {
  override readonly name = 'ImportRefusedError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** @throws ImportRefusedError, LabelFileError, NotDeployedError, UnknownModelError, ModelPackageError */
export async function importCommand(endpoint: string, path: string, options: ImportOptions): Promise<void> {
  checkOptions(options);
  const { pictures, as: format, golden, model } = options;
  const imported = await importLabels({
    ...{ endpoint, from: path },
    ...(pictures !== undefined && { pictures }),
    ...(format && { format }),
  });
  if (!options.confirmed && imported.changes.pictures === 0) throw unchanged(imported);
  const { folder, set, exported } = imported;
  const truth = await writeTruth(folder, set, exported, imported.pictures);
  const added =
    golden && model ? await addGolden(await packageFolder(options.models, model), folder, imported, golden) : [];
  const decisions = options.decisions ? await decide(endpoint, imported, options) : undefined;
  const done = { truth, golden: added, ...(decisions && { decisions }) };
  const shown = { ...done, changes: imported.changes, format: imported.format, folder: shortPath(folder) };
  processTerminal.print(options.json ? JSON.stringify(shown, null, 2) : importInWords(endpoint, shown));
  if (decisions && decisions.failed.length > 0) process.exitCode = EXIT_INCOMPLETE;
}

function checkOptions({ decisions, by, golden, model }: ImportOptions): void {
  const faults = [
    ...(decisions && by === undefined ? ['Expected --by with --decisions, received none'] : []),
    ...(!decisions && by !== undefined ? [`Expected --decisions with --by, received --by ${by} alone`] : []),
    ...(golden && model === undefined ? ['Expected --model with --golden, received none'] : []),
    ...(!golden && model !== undefined ? [`Expected --golden with --model, received --model ${model} alone`] : []),
  ];
  if (faults.length > 0) throw new ImportRefusedError(faults.join('\n'), EXIT.usage);
}

/** Because a model that is its own truth has no errors. */
function unchanged({ pictures, set }: Imported): ImportRefusedError {
  return new ImportRefusedError(
    `Expected corrected labels of ${set.endpoint}, received ${pictures.length} pictures with the boxes as they were ` +
      'exported: label them first, or say with --confirmed that people have checked them',
    EXIT.failed,
  );
}

async function decide(endpoint: string, imported: Imported, options: ImportOptions): Promise<SentDecisions> {
  const deployed = await findEndpoint(connect(options), options.deployment, endpoint);
  const { region, credentials } = deployed.lambda.config;
  const api = new ApiClient({ url: deployed.api, region: await region(), credentials });
  const { by = '', token } = options;
  const { counted_labels: counted } = imported.exported;
  return sendDecisions(api, imported.pictures, {
    ...{ endpoint, by },
    ...(counted && { counted }),
    ...(token !== undefined && { token }),
  });
}
