/** Compiles the loops over pixels, which are written in WebAssembly's text format. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DETECTION = join(import.meta.dirname, '..', 'functions', 'detection');
/** The module with the compiled loops. */
export const WASM_MODULE = join(DETECTION, 'resample-wasm.ts');

/** The text of that module, made of `resample.wat`. @throws an error with the message of wat2wasm */
export function wasmModule(): string {
  const base64 = compile(join(DETECTION, 'resample.wat')).toString('base64');
  const lines = base64.match(/.{1,100}/g) ?? [];
  const text = lines.map((line) => `  '${line}'`).join(' +\n');
  return `/** \`resample.wat\`, compiled by \`npm run wasm\`, in Base64. */\nexport const RESAMPLE =\n${text};\n`;
}

/** By the command of the package wabt, because it reports a fault with its line. */
function compile(file: string): Buffer {
  const wat2wasm = createRequire(import.meta.url).resolve('wabt/bin/wat2wasm');
  const folder = mkdtempSync(join(tmpdir(), 'wasm-'));
  try {
    const target = join(folder, 'compiled.wasm');
    execFileSync(process.execPath, [wat2wasm, file, '-o', target]);
    return readFileSync(target);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
