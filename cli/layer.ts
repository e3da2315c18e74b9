/**
 * `npm run layer -- --arch arm64` (or `x64`): builds the runtime layer and prints its size and Lambda's limit.
 */

import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildLayer, LayerError, type Target } from '../layers/runtime/build.ts';
import { checkUnzipped, MAX_UNZIPPED_BYTES, megabytes, sizeOf } from '../layers/runtime/size.ts';
import { compile } from '../lib/compile.ts';
import { MODELS } from '../lib/models.ts';

function targetFrom({ os, arch }: { os: string; arch: string }): Target {
  if (os !== 'linux' && os !== 'darwin') throw new LayerError(`Expected linux or darwin for --os, received ${os}`);
  if (arch !== 'arm64' && arch !== 'x64') throw new LayerError(`Expected arm64 or x64 for --arch, received ${arch}`);
  return { os, arch };
}

/** Builds the layer and prints the size of a function with the largest model. @throws LayerError, TooLargeError */
function main(): void {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { arch: { ...text, default: 'arm64' }, os: { ...text, default: 'linux' } } });
  const folder = buildLayer(targetFrom(values));
  const packages = readdirSync(MODELS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const models = packages.map(({ name }) => ({ name, bytes: sizeOf(join(MODELS, name)) }));
  const largest = models.toSorted((one, other) => other.bytes - one.bytes)[0] ?? { name: 'no model', bytes: 0 };
  const parts = { layer: sizeOf(folder), [largest.name]: largest.bytes, code: compile('detect').byteLength };
  for (const [part, bytes] of Object.entries(parts)) console.log(`${part}: ${megabytes(bytes)}`);
  console.log(`total: ${megabytes(checkUnzipped(parts))} of ${megabytes(MAX_UNZIPPED_BYTES)}, in ${basename(folder)}`);
}

main();
