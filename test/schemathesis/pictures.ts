/** Writes one small picture with cars in each format into the folder given: what a generator of nonsense cannot make up. */

import { join } from 'node:path';
import sharp from 'sharp';

const [folder = ''] = process.argv.slice(2);
const cars = sharp(join(import.meta.dirname, '../../models/counter-nano/golden/cars.jpg')).resize(416);
for (const format of ['jpeg', 'png', 'webp'] as const) await cars.clone().toFormat(format).toFile(join(folder, format));
