/** Compiles the loops over pixels, which are written in WebAssembly's text format. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import wabt from 'wabt';

const DETECTION = join(import.meta.dirname, '..', 'functions', 'detection');
/** The module with the compiled loops. */
export const WASM_MODULE = join(DETECTION, 'resample-wasm.ts');

/** The text of that module, made of `resample.wat`. */
export async function wasmModule(): Promise<string> {
  const { parseWat } = await wabt();
  const parsed = parseWat('resample.wat', await readFile(join(DETECTION, 'resample.wat'), 'utf8'), { simd: true });
  const base64 = Buffer.from(parsed.toBinary({}).buffer).toString('base64');
  parsed.destroy();
  const lines = base64.match(/.{1,100}/g) ?? [];
  const text = lines.map((line) => `  '${line}'`).join(' +\n');
  return `/** \`resample.wat\`, compiled by \`npm run wasm\`, in Base64. */\nexport const RESAMPLE =\n${text};\n`;
}
