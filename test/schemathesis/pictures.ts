/** Writes one small picture of cars in each format into a folder, because a fuzzer cannot generate pictures. */

import { join } from 'node:path';
import sharp from 'sharp';

const [folder = ''] = process.argv.slice(2);
const cars = sharp(join(import.meta.dirname, '../../models/counter-nano/golden/cars.jpg')).resize(416);
for (const format of ['jpeg', 'png', 'webp'] as const) await cars.clone().toFormat(format).toFile(join(folder, format));
