import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest } from '../../../functions/detection/manifest.ts';
import type { Output } from '../../terminal/terminal.ts';
import { packageNames } from '../files/package-folder.ts';
import { type CatalogEntry, readCatalog } from '../package/catalog.ts';
import { plainTable } from '../report/table.ts';

export interface ListOptions {
  /** The folder of model packages. */
  readonly models: string;
  readonly json?: boolean;
  /** Lists the catalog instead. */
  readonly catalog?: boolean;
}

/** `model list`: the packages, with a note for an invalid one, or the catalog. */
export async function listCommand({ models, json, catalog }: ListOptions, output: Output): Promise<void> {
  if (catalog) return listCatalog(json ?? false, output);
  const entries = await Promise.all((await packageNames(models)).map((name) => describePackage(models, name)));
  if (json) return output.print(JSON.stringify(entries, null, 2));
  if (entries.length === 0)
    return output.print(`No model packages in ${models}. To make one: npm run model -- add <file>`);
  const head = ['model', 'version', 'family', 'labels', 'input', 'MB', 'licence', 'SHA-256'];
  output.print(
    plainTable(
      head,
      entries.map(row),
      head.map((name) => (name === 'MB' ? 'right' : 'left')),
    ),
  );
}

/** A package in a list; `fault` if its manifest cannot be read. */
type Entry = Awaited<ReturnType<typeof describePackage>>;

async function describePackage(models: string, name: string) {
  try {
    const { version, family, labels, input, licence, sha256 } = await readManifest(join(models, name));
    const bytes = (await stat(join(models, name, 'model.onnx'))).size;
    return { name, version, family, labels, width: input.width, height: input.height, bytes, licence, sha256 };
  } catch (error) {
    return { name, fault: (error as Error).message };
  }
}

function row(entry: Entry): string[] {
  if (entry.fault !== undefined) return [entry.name, 'invalid: run npm run model -- check', '', '', '', '', '', ''];
  const { name, version, family, labels, width, height, bytes, licence, sha256 } = entry;
  const count = labels.length > 3 ? String(labels.length) : labels.join(', ');
  return [name, version, family, count, `${width} × ${height}`, (bytes / 1e6).toFixed(1), licence, sha256.slice(0, 12)];
}

async function listCatalog(json: boolean, output: Output): Promise<void> {
  const catalog = await readCatalog();
  if (json) return output.print(JSON.stringify(catalog, null, 2));
  const head = ['name', 'family', 'input', 'MB', 'COCO AP50-95 %', 'licence', 'download', 'tested by this project'];
  const rows = Object.entries(catalog).map(([name, { family, side, files, published, licence }]) => [
    name,
    family,
    `${side} × ${side}`,
    files[0]?.bytes ? (files[0].bytes / 1e6).toFixed(1) : '–',
    published.ap.toFixed(1),
    licence,
    downloadInWords(files[0]),
    testedInWords(files),
  ]);
  output.print(
    plainTable(
      head,
      rows,
      head.map((name) => (/MB|AP/.test(name) ? 'right' : 'left')),
    ),
  );
}

/** How `model add` gets the file. */
function downloadInWords(file: CatalogEntry['files'][number] | undefined): string {
  if (!file?.url) return 'none: export it';
  return file.sha256 ? 'checksum known' : 'checksum unknown';
}

/** Whether this project ran the file that `model add` downloads, or only another export of the same weights. */
function testedInWords([first, ...others]: CatalogEntry['files']): string {
  if (first?.checked) return 'yes';
  return others.some(({ checked }) => checked) ? 'another export' : 'no';
}
