/** `npm run wasm`: compiles `functions/detection/resample.wat`. */

import { writeFileSync } from 'node:fs';
import { WASM_MODULE, wasmModule } from '../lib/wasm.ts';

writeFileSync(WASM_MODULE, wasmModule());
