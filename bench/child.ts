/**
 * A process that starts, loads a model package and detects in one picture, some times over: for what can only be
 * measured from outside (cold start) or in a process of its own (peak of memory). Prints one line of JSON.
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
