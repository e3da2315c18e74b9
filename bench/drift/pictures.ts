/** Pictures for the simulation: real photos, varied by a seeded generator, and ten shifts of them. */

import sharp, { type OverlayOptions, type Sharp } from 'sharp';
import type { Random } from '../simulation/random.ts';
import { reprojected } from './lens.ts';

/** What a photo has most of. */
export type Subject = 'vehicles' | 'people' | 'others';

/** A photo, decoded. */
export interface Photo {
  readonly name: string;
  readonly pixels: Buffer;
  readonly width: number;
  readonly height: number;
  readonly subject: Subject;
}

/** An area of a picture, pixels. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The shifts of the simulation, with the features of which one must be named. */
export const SHIFTS = {
  night: ['brightness'],
  fog: ['contrast'],
  blur: ['sharpness'],
  'camera turned by 10°': ['tilt'],
  crop: ['size', 'objectSize'],
  'another lens': ['corners'],
  'JPEG quality 20': ['quality'],
  grey: ['saturation'],
  'half the objects': ['objects'],
  'other class mix': ['labels'],
} as const;
export type Shift = keyof typeof SHIFTS;

/** A photo as another shot of the same place: another section, light, and encoder. */
export async function shotOf(photo: Photo, random: Random): Promise<Photo> {
  const [across, down] = [0.8 + 0.2 * random.uniform(), 0.8 + 0.2 * random.uniform()];
  const [width, height] = [Math.round(photo.width * across), Math.round(photo.height * down)];
  const left = random.below(photo.width - width + 1);
  const top = random.below(photo.height - height + 1);
  const section = rawOf(photo).extract({ left, top, width, height });
  const mirrored = random.chance(0.5) ? section.flop() : section;
  const light = 0.85 + 0.3 * random.uniform();
  return decodedAs(photo, mirrored.linear([light, light, light], [0, 0, 0]));
}

/**
 * The camera's resolution, as a share of the photo's: so that a turned or reprojected picture is as sharp as others.
 */
const RESOLUTION = 0.6;

/** The JPEG of a shot. */
export async function encoded(photo: Photo, random: Random, quality = 80 + random.below(16)): Promise<Buffer> {
  const [width, height] = [Math.round(photo.width * RESOLUTION), Math.round(photo.height * RESOLUTION)];
  return rawOf(photo).resize({ width, height, fit: 'fill' }).jpeg({ quality }).toBuffer();
}

/**
 * A shot after a shift.
 * @param objects that were found in it
 */
export async function shifted(shift: Shift, shot: Photo, objects: readonly Area[], random: Random): Promise<Buffer> {
  if (shift === 'JPEG quality 20') return encoded(shot, random, 20);
  return encoded(await decodedAs(shot, await changed(shift, shot, objects, random)), random);
}

async function changed(shift: Shift, shot: Photo, objects: readonly Area[], random: Random): Promise<Sharp> {
  const picture = rawOf(shot);
  switch (shift) {
    case 'night':
      return rawOf({
        ...shot,
        pixels: noisy(await picture.linear([0.25, 0.27, 0.32], [0, 0, 0]).raw().toBuffer(), random),
      });
    case 'fog':
      return picture.linear([0.4, 0.4, 0.4], [120, 122, 125]).blur(0.7);
    case 'blur':
      return picture.blur(3);
    case 'camera turned by 10°':
      return turned(shot, 10);
    case 'crop':
      return picture.extract(middle(shot, 0.6));
    case 'another lens':
      return rawOf(reprojected(shot));
    case 'grey':
      return picture.modulate({ saturation: 0 });
    case 'half the objects':
      return withoutSome(
        shot,
        objects.filter(() => random.chance(0.5)),
      );
    default:
      return picture;
  }
}

function rawOf({ pixels, width, height }: Omit<Photo, 'name' | 'subject'>): Sharp {
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

async function decodedAs(photo: Photo, picture: Sharp): Promise<Photo> {
  const { data, info } = await picture.removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  return { ...photo, pixels: data, width: info.width, height: info.height };
}

/** Noise of a sensor with high gain. */
function noisy(pixels: Buffer, random: Random): Buffer {
  return Buffer.from(pixels.map((value) => Math.max(0, Math.min(255, Math.round(value + 4 * random.normal())))));
}

function middle({ width, height }: Photo, share: number) {
  const [across, down] = [Math.round(width * share), Math.round(height * share)];
  return { left: (width - across) >> 1, top: (height - down) >> 1, width: across, height: down };
}

/** Turned, in the size of the picture: enlarged until it has no empty corners. */
async function turned(shot: Photo, degrees: number): Promise<Sharp> {
  const { width, height } = shot;
  const angle = (degrees * Math.PI) / 180;
  const most = Math.max(width / height, height / width);
  const scale = Math.cos(angle) + most * Math.sin(angle);
  const size = { width: Math.ceil(width * scale), height: Math.ceil(height * scale) };
  const large = await rawOf(shot)
    .resize({ ...size, fit: 'fill' })
    .png()
    .toBuffer();
  const whole = await sharp(large).rotate(degrees).png().toBuffer({ resolveWithObject: true });
  const [left, top] = [(whole.info.width - width) >> 1, (whole.info.height - height) >> 1];
  return sharp(whole.data).extract({ left, top, width, height });
}

/** Objects are painted over by what is around them, out of focus. */
async function withoutSome(shot: Photo, objects: readonly Area[]): Promise<Sharp> {
  const areas = objects.map((area) => inside(area, shot)).filter(({ width, height }) => width > 1 && height > 1);
  const patches = await Promise.all(
    areas.map(async (area): Promise<OverlayOptions> => {
      const { data, info } = await rawOf(shot).extract(area).blur(30).raw().toBuffer({ resolveWithObject: true });
      const raw = { width: info.width, height: info.height, channels: 3 as const };
      return { input: data, raw, left: area.left, top: area.top };
    }),
  );
  return rawOf(shot).composite(patches);
}

function inside({ x, y, width, height }: Area, picture: Photo) {
  const [left, top] = [Math.max(0, Math.floor(x)), Math.max(0, Math.floor(y))];
  const [right, bottom] = [
    Math.min(picture.width, Math.ceil(x + width)),
    Math.min(picture.height, Math.ceil(y + height)),
  ];
  return { left, top, width: right - left, height: bottom - top };
}
