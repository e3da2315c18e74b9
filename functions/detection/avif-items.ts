import { ByteReader, boxesIn, type MediaBox } from './media-boxes.ts';
import type { Size } from './raster.ts';

/** The items of a HEIF file (ISO/IEC 23008-12): pictures, tiles, and data about them. */
export interface HeifItems {
  readonly primary: number;
  readonly types: ReadonlyMap<number, string>;
  /** Positions of the types in the file. */
  readonly typesAt: ReadonlyMap<number, number>;
  readonly references: readonly Reference[];
  /** Sizes that the file declares. */
  readonly sizes: ReadonlyMap<number, Size>;
  /** Headers of the codec (`av1C`). */
  readonly headers: ReadonlyMap<number, Buffer>;
  readonly data: ReadonlyMap<number, Buffer>;
  /** Whether the data of an item reach behind the end of the file. */
  readonly isCut: boolean;
}

/** As of a grid to its tiles (`dimg`), and of the transparency of a picture to the picture (`auxl`). */
export interface Reference {
  readonly type: string;
  readonly from: number;
  readonly to: readonly number[];
}

/**
 * Reads the items of a file. Every box may be there once, so that no other reader takes another one.
 * @returns undefined where a box is missing or doubled
 * @throws RangeError where a box ends early
 */
export function heifItems(bytes: Buffer): HeifItems | undefined {
  const meta = only(boxesIn(bytes, 0, bytes.length), 'meta');
  if (!meta) return undefined;
  const boxes = boxesIn(bytes, meta.start + 4, meta.end);
  const [pitm, iinf, iloc, iprp] = ['pitm', 'iinf', 'iloc', 'iprp'].map((type) => only(boxes, type));
  if (!pitm || !iinf || !iloc || !iprp) return undefined;
  const optional = ['iref', 'idat'].map((type) => boxes.filter((box) => box.type === type));
  const properties = propertiesOf(bytes, iprp);
  if (!properties || optional.some(({ length }) => length > 1)) return undefined;
  const [iref, idat] = optional.map(([box]) => box);
  const content = new ByteReader(bytes.subarray(pitm.start, pitm.end));
  const primary = content.number(4) >>> 24 === 0 ? content.number(2) : content.number(4);
  const located = dataOf(bytes, iloc, idat);
  return {
    primary,
    ...typesOf(bytes, iinf),
    references: iref ? referencesOf(bytes, iref) : [],
    ...properties,
    ...located,
  };
}

function only(boxes: readonly MediaBox[], type: string): MediaBox | undefined {
  const [box, ...others] = boxes.filter((each) => each.type === type);
  return others.length === 0 ? box : undefined;
}

function typesOf(bytes: Buffer, { start, end }: MediaBox): Pick<HeifItems, 'types' | 'typesAt'> {
  const entries = boxesIn(bytes, start + (bytes.readUInt8(start) === 0 ? 6 : 8), end);
  const [types, typesAt] = [new Map<number, string>(), new Map<number, number>()];
  for (const entry of entries.filter(({ type }) => type === 'infe')) {
    const wide = bytes.readUInt8(entry.start) >= 3 ? 4 : 2;
    const id = bytes.readUIntBE(entry.start + 4, wide);
    if (types.has(id)) throw new RangeError(`Expected item ${id} once, received it twice`);
    const at = entry.start + 4 + wide + 2;
    types.set(id, bytes.toString('latin1', at, at + 4));
    typesAt.set(id, at);
  }
  return { types, typesAt };
}

function referencesOf(bytes: Buffer, { start, end }: MediaBox): readonly Reference[] {
  const wide = bytes.readUInt8(start) === 0 ? 2 : 4;
  return boxesIn(bytes, start + 4, end).map((box) => {
    const content = new ByteReader(bytes.subarray(box.start, box.end));
    const from = content.number(wide);
    const count = content.number(2);
    return { type: box.type, from, to: Array.from({ length: count }, () => content.number(wide)) };
  });
}

function propertiesOf(bytes: Buffer, { start, end }: MediaBox): Pick<HeifItems, 'sizes' | 'headers'> | undefined {
  const boxes = boxesIn(bytes, start, end);
  const [ipco, ipma] = [only(boxes, 'ipco'), only(boxes, 'ipma')];
  if (!ipco || !ipma) return undefined;
  const properties = boxesIn(bytes, ipco.start, ipco.end);
  const [sizes, headers] = [new Map<number, Size>(), new Map<number, Buffer>()];
  for (const { item, property } of associationsOf(bytes, ipma)) {
    const box = properties[property - 1];
    if (box?.type === 'ispe') {
      const [width, height] = [bytes.readUInt32BE(box.start + 4), bytes.readUInt32BE(box.start + 8)];
      const { width: before = 0, height: above = 0 } = sizes.get(item) ?? {};
      sizes.set(item, { width: Math.max(width, before), height: Math.max(height, above) });
    }
    if (box?.type === 'av1C') headers.set(item, bytes.subarray(box.start + 4, box.end));
  }
  return { sizes, headers };
}

/** Properties of items; a property is counted from 1. */
function associationsOf(bytes: Buffer, { start, end }: MediaBox): { item: number; property: number }[] {
  const content = new ByteReader(bytes.subarray(start, end));
  const head = content.number(4);
  const [wideItem, wideProperty] = [head >>> 24 === 0 ? 2 : 4, head & 1 ? 2 : 1];
  const count = content.number(4);
  const found: { item: number; property: number }[] = [];
  for (let entry = 0; entry < count; entry++) {
    const item = content.number(wideItem);
    const properties = content.number(1);
    for (let each = 0; each < properties; each++)
      found.push({ item, property: content.number(wideProperty) & (wideProperty === 1 ? 0x7f : 0x7fff) });
  }
  return found;
}

/** Where the data of an item are: in the file, or in the box `idat`. */
const METHOD = { file: 0, idat: 1 } as const;

function dataOf(bytes: Buffer, iloc: MediaBox, idat: MediaBox | undefined): Pick<HeifItems, 'data' | 'isCut'> {
  const content = new ByteReader(bytes.subarray(iloc.start, iloc.end));
  const version = content.number(4) >>> 24;
  const [sizes, more] = [content.number(1), content.number(1)];
  const [wideOffset, wideLength, wideBase] = [sizes >> 4, sizes & 15, more >> 4];
  const wideIndex = version === 0 ? 0 : more & 15;
  const wideItem = version < 2 ? 2 : 4;
  const count = content.number(wideItem);
  const data = new Map<number, Buffer>();
  let isCut = false;
  let total = 0;
  for (let entry = 0; entry < count; entry++) {
    const item = content.number(wideItem);
    const method = version === 0 ? METHOD.file : content.number(2) & 15;
    content.skip(2);
    const base = content.number(wideBase);
    const source = sourceOf(bytes, method, idat);
    const extents = Array.from({ length: content.number(2) }, () => {
      content.skip(wideIndex);
      const from = base + content.number(wideOffset);
      const length = content.number(wideLength) || Math.max(0, source.length - from);
      isCut ||= from + length > source.length;
      total += length;
      return source.subarray(from, from + length);
    });
    if (total > 2 * bytes.length || data.has(item)) throw new RangeError('Expected separate items, received others');
    const [first = Buffer.alloc(0)] = extents;
    data.set(item, extents.length === 1 ? first : Buffer.concat(extents));
  }
  return { data, isCut };
}

function sourceOf(bytes: Buffer, method: number, idat: MediaBox | undefined): Buffer {
  if (method === METHOD.file) return bytes;
  if (method === METHOD.idat && idat) return bytes.subarray(idat.start, idat.end);
  throw new RangeError(`Expected data in the file or in idat, received method ${method}`);
}
