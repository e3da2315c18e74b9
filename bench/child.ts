/**
 * A process that starts, loads a model package and detects objects in one picture, repeatedly: for the cold start,
 * which is measured from outside, and the peak memory, which needs a process of its own. Prints one line of JSON.
 *
 * node bench/child.ts <package folder> <picture> <times>
 */
import { readFile } from 'node:fs/promises';
import { peakMiB } from './peak.ts';

const [folder = '', picture = '', times = '1'] = process.argv.slice(2);
const { loadModel } = await import('../functions/detection/model.ts');
const { detect } = await import('../functions/detection/detect.ts');
const imported = performance.now();
const model = await loadModel(folder);
const loaded = performance.now();
const bytes = await readFile(picture);
await detect(model, bytes);
const answered = performance.now();
for (let time = 1; time < Number(times); time++) await detect(model, bytes);
process.stdout.write(`${JSON.stringify({ imported, loaded, answered, peakMiB: peakMiB() })}\n`);
