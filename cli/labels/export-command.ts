/** `labels export`: reads what an endpoint has recorded, chooses, and says what was written. */

import { shortPath } from '../model/files/package-folder.ts';
import type { CommonOptions } from '../rollout/common-options.ts';
import { connect } from '../rollout/connection.ts';
import { findEndpoint } from '../rollout/deployed-endpoint.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { exportPictures } from './export.ts';
import { exportInWords } from './export-words.ts';
import { FORMATS, type FormatName } from './formats/formats.ts';
import { type ChoosableOptions, readChoosable } from './read-choosable.ts';

interface ExportOptions extends CommonOptions, ChoosableOptions {
  readonly as: FormatName;
  readonly choose: number;
  readonly random: number;
  readonly seed: number;
  readonly out?: string;
  readonly labels: readonly string[];
}

/** @throws NotDeployedError, NoChoiceError, FolderInUseError, LabelFileError, StoreUnavailableError */
export async function exportCommand(endpoint: string, options: ExportOptions): Promise<void> {
  const deployed = await findEndpoint(connect(options), options.deployment, endpoint);
  const { as, choose: number, random, seed, labels: more, out = `labels-${endpoint}` } = options;
  const { settings, pictures } = await readChoosable(deployed, options);
  const exported = await exportPictures(deployed.objects, pictures, {
    ...{ endpoint, format: as, more, folder: out, now: new Date() },
    choice: { number, random, seed },
    ...(settings.labels && { counted: settings.labels }),
  });
  const said = { recorded: pictures.length, hint: FORMATS[as].hint(shortPath(out)), folder: shortPath(out) };
  processTerminal.print(options.json ? JSON.stringify(exported, null, 2) : exportInWords(exported, said));
}
