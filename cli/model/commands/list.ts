import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest } from '../../../functions/detection/manifest.ts';
import type { Output } from '../../terminal/terminal.ts';
import { packageNames } from '../files/package-folder.ts';
import { readCatalog } from '../package/catalog.ts';
import { plainTable } from '../report/table.ts';

export interface ListOptions {
  /** The folder of model packages. */
  readonly models: string;
  readonly json?: boolean;
  /** Lists what could be added by name instead. */
  readonly catalog?: boolean;
}

/** `model list`: the packages, a broken one with what is wrong, or the catalog. */
export async function listCommand({ models, json, catalog }: ListOptions, output: Output): Promise<void> {
  if (catalog) return listCatalog(json ?? false, output);
  const entries = await Promise.all((await packageNames(models)).map((name) => describePackage(models, name)));
  if (json) return output.print(JSON.stringify(entries, null, 2));
  if (entries.length === 0)
    return output.print(`No model packages in ${models}. npm run model -- add <file> makes one.`);
  const head = ['model', 'version', 'family', 'labels', 'input', 'MB', 'licence', 'SHA-256'];
  output.print(
    plainTable(
      head,
      entries.map(row),
      head.map((name) => (name === 'MB' ? 'right' : 'left')),
    ),
  );
}

/** A package in a list; `fault` where its manifest cannot be read. */
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
  if (entry.fault !== undefined)
    return [entry.name, 'broken: npm run model -- check tells why', '', '', '', '', '', ''];
  const { name, version, family, labels, width, height, bytes, licence, sha256 } = entry;
  const count = labels.length > 3 ? String(labels.length) : labels.join(', ');
  return [name, version, family, count, `${width} × ${height}`, (bytes / 1e6).toFixed(1), licence, sha256.slice(0, 12)];
}

async function listCatalog(json: boolean, output: Output): Promise<void> {
  const catalog = await readCatalog();
  if (json) return output.print(JSON.stringify(catalog, null, 2));
  const head = [
    'name',
    'family',
    'input',
    'MB',
    'COCO AP50-95 %',
    'licence',
    'checksum',
    'weights run by this project',
  ];
  const rows = Object.entries(catalog).map(([name, { family, side, files, published, licence }]) => [
    name,
    family,
    `${side} × ${side}`,
    files[0]?.bytes ? (files[0].bytes / 1e6).toFixed(1) : '–',
    published.ap.toFixed(1),
    licence,
    files[0]?.sha256 ? 'known' : 'unknown',
    files.some(({ checked }) => checked) ? 'yes' : 'no',
  ]);
  output.print(
    plainTable(
      head,
      rows,
      head.map((name) => (/MB|AP/.test(name) ? 'right' : 'left')),
    ),
  );
}
