/** `npm run wasm`: compiles `functions/detection/resample.wat`. */

import { writeFile } from 'node:fs/promises';
import { WASM_MODULE, wasmModule } from '../lib/wasm.ts';

await writeFile(WASM_MODULE, await wasmModule());
