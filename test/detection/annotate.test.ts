import fc from 'fast-check';
import sharp from 'sharp';
import { captionOf, legendOf } from '../../functions/detection/annotate/caption.ts';
import { draw, type Mark } from '../../functions/detection/annotate/draw.ts';
import { encode } from '../../functions/detection/annotate/encode.ts';
import { glyphOf, hasGlyph } from '../../functions/detection/annotate/glyphs.ts';
import { BLACK, type Colour, classColour, contrast, inkOn, WHITE } from '../../functions/detection/annotate/palette.ts';
import { Typeface } from '../../functions/detection/annotate/typeface.ts';
import type { Raster } from '../../functions/detection/raster.ts';

const PRINTABLE = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at));

describe('colours', () => {
  test('differ between the classes of COCO and are constant for a class', () => {
    const colours = Array.from({ length: 80 }, (_, index) => classColour(index).join());
    expect(new Set(colours).size).toBe(80);
    expect(classColour(3)).toEqual(classColour(3));
  });

  test('of the first seven are Okabe and Ito’s', () => {
    const hexes = Array.from({ length: 7 }, (_, index) => Buffer.from(classColour(index)).toString('hex'));
    expect(hexes).toEqual(['d55e00', '56b4e9', 'f0e442', '009e73', 'cc79a7', '0072b2', 'e69f00']);
  });

  test('of the first three classes also differ in lightness, for readers who see no colour', () => {
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      expect(contrast(classColour(a), classColour(b))).toBeGreaterThan(1.5);
    }
  });

  test('have a readable text colour', () => {
    const channel = fc.nat(255);
    fc.assert(
      fc.property(fc.tuple(channel, channel, channel), (colour: Colour) => {
        expect(contrast(inkOn(colour), colour)).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });

  test('have the contrast that WCAG defines', () => {
    expect(contrast(BLACK, WHITE)).toBeCloseTo(21, 9);
    expect(contrast(WHITE, WHITE)).toBe(1);
    expect(contrast([119, 119, 119], WHITE)).toBeCloseTo(4.48, 2);
  });
});

describe('letters', () => {
  test('exist for every printable ASCII character and all differ', () => {
    const shapes = PRINTABLE.map((character) => JSON.stringify(glyphOf(character)));
    expect(new Set(shapes).size).toBe(95);
  });

  test('stay between the top of the capitals and the bottom of the descenders', () => {
    for (const character of PRINTABLE) {
      const { strokes, width } = glyphOf(character);
      for (const [x, y] of strokes.flat()) {
        expect([character, x >= 0 && x <= width && y >= 0 && y <= 16]).toEqual([character, true]);
      }
    }
  });

  test('have masks with shares from 0 to 1', () => {
    for (const { mask } of new Typeface(26).layOut(PRINTABLE.slice(1).join('')).glyphs) {
      expect(Math.max(...mask.shares)).toBe(1);
      expect(Math.min(...mask.shares)).toBe(0);
    }
  });

  test('differ between characters even at the smallest size', () => {
    const { glyphs } = new Typeface(8).layOut(PRINTABLE.join(''));
    const pictures = glyphs.map(
      ({ mask }) => `${mask.width}:${[...mask.shares].map((share) => share.toFixed(1)).join()}`,
    );
    expect(new Set(pictures).size).toBe(95);
  });

  test('never are an empty frame: a character without a glyph is a space', () => {
    expect(glyphOf('日')).toEqual(glyphOf(' '));
    expect([hasGlyph('a'), hasGlyph('日'), hasGlyph('é'), hasGlyph('constructor')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  test('make a line as wide as its glyphs', () => {
    const typeface = new Typeface(20);
    expect(typeface.layOut('').width).toBe(0);
    const [one, two] = [typeface.layOut('car').width, typeface.layOut('carcar').width];
    expect(two).toBeGreaterThan(2 * one);
    expect(two).toBeLessThan(2.2 * one);
  });
});

describe('a caption', () => {
  const caption = (label: string) => captionOf({ label, classIndex: 7 });

  test.each([
    ['car', 'car'],
    ['Café crème', 'Cafe creme'],
    ['e\u0301tudiant', 'etudiant'],
    ['Größe', 'Grosse'],
    ['smørbrød', 'smorbrod'],
    ['Łódź', 'Lodz'],
    ['İstanbul ığüşöç', 'Istanbul igusoc'],
    ['đường phố', 'duong pho'],
    ['Ａｐｐｌｅ', 'Apple'],
    ['ﬁre – “truck”…', 'fire - "truck"...'],
  ])('of %s is %s: letters without accents', (label, text) => expect(caption(label)).toBe(text));

  test.each([
    '自動車',
    '사과',
    'سيارة',
    'מכונית',
    'सेब',
    'แอปเปิล',
    'автомобиль',
    'μήλο',
    '🚗',
    '👩🏽‍🌾',
    'car 🚗',
    'Auto 車',
    '\u0301',
    '\u200b',
    ' ',
    '\ud83d',
    'a\u0000b',
  ])('of %j is the number of its class', (label) => expect(caption(label)).toBe('#7'));

  test('is in the legend where it is a number', () => {
    const of = (label: string, classIndex: number) => ({ label, classIndex });
    expect(legendOf([of('car', 0), of('Größe', 1)])).toBeUndefined();
    expect(legendOf([of('自動車', 3), of('car', 0), of('自動車', 3), of('🍎', 12)])).toEqual({
      '#3': '自動車',
      '#12': '🍎',
    });
  });

  test('as a number is drawn as such', () => {
    const drawn = (label: string) => {
      const raster = plain(640, 480, [120, 120, 120]);
      draw(raster, [mark({ x: 200, y: 200, width: 150, height: 100 }, { label, classIndex: 3 })], raster);
      return Buffer.from(raster.pixels);
    };
    expect(drawn('自動車').equals(drawn('#3'))).toBe(true);
    expect(drawn('自動車').equals(drawn('#4'))).toBe(false);
  });
});

function plain(width: number, height: number, [red, green, blue]: Colour): Raster {
  const pixels = new Uint8Array(width * height * 3);
  for (let at = 0; at < pixels.length; at += 3) pixels.set([red, green, blue], at);
  return { pixels, width, height };
}

const mark = (box: Mark['box'], changes: Partial<Mark> = {}): Mark => ({
  label: 'apple',
  classIndex: 1,
  confidence: 0.824,
  box,
  ...changes,
});

const at = ({ pixels, width }: Raster, x: number, y: number) => [
  ...pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

/** The pixels that differ from a colour. */
function changed(raster: Raster, [red, green, blue]: Colour): { x: number; y: number }[] {
  return Array.from({ length: raster.width * raster.height }, (_, index) => index)
    .filter((index) => {
      const [r, g, b] = raster.pixels.subarray(index * 3, index * 3 + 3);
      return r !== red || g !== green || b !== blue;
    })
    .map((index) => ({ x: index % raster.width, y: Math.floor(index / raster.width) }));
}

describe('drawing', () => {
  const grey: Colour = [120, 120, 120];
  const box = { x: 200, y: 200, width: 150, height: 100 };

  test('without detections changes no pixel', () => {
    const raster = plain(640, 480, grey);
    draw(raster, [], raster);
    expect(changed(raster, grey)).toEqual([]);
  });

  test('changes the pixels of a box and its label only', () => {
    const raster = plain(640, 480, grey);
    draw(raster, [mark(box)], raster);
    const touched = changed(raster, grey);
    expect(touched.every(({ x, y }) => x >= 198 && x < 352 && y >= 200 - 30 && y < 302)).toBe(true);
    expect(touched.filter(({ x, y }) => x > 205 && x < 345 && y > 205 && y < 295)).toEqual([]);
    for (const [x, y] of [
      [200, 250],
      [349, 250],
      [275, 200],
      [275, 299],
    ] as const) {
      expect(at(raster, x, y)).toEqual([...classColour(1)]);
    }
  });

  test('outlines a box, so that it is visible on its own colour', () => {
    const colour = classColour(1);
    const raster = plain(640, 480, colour);
    draw(raster, [mark(box)], raster);
    expect(at(raster, 199, 250)).toEqual([...inkOn(colour)]);
    expect(at(raster, 350, 250)).toEqual([...inkOn(colour)]);
  });

  test.each<[string, Colour]>([
    ['black', [0, 0, 0]],
    ['white', [255, 255, 255]],
    ['the class’s own colour', classColour(1)],
  ])('the label reads on %s: the class’s colour with ink on it, in a contrast of 4.5', (_what, background) => {
    const raster = plain(640, 480, background);
    draw(raster, [mark(box)], raster);
    const colour = classColour(1);
    const counts = new Map<string, number>();
    for (let y = 176; y < 200; y++) {
      for (let x = 202; x < 270; x++) {
        const key = at(raster, x, y).join();
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    expect(counts.get(colour.join())).toBeGreaterThan(600);
    expect(counts.get(inkOn(colour).join())).toBeGreaterThan(100);
  });

  test('scales boxes from the source to a smaller picture', () => {
    const [large, small] = [plain(640, 480, grey), plain(640, 480, grey)];
    draw(large, [mark(box)], { width: 640, height: 480 });
    draw(small, [mark({ x: 1000, y: 1000, width: 750, height: 500 })], { width: 3200, height: 2400 });
    expect(Buffer.from(small.pixels).equals(large.pixels)).toBe(true);
  });

  test('scales lines and letters with the picture', () => {
    const share = (scale: number) => {
      const raster = plain(640 * scale, 480 * scale, grey);
      draw(raster, [mark(box)], { width: 640, height: 480 });
      return changed(raster, grey).length / (raster.width * raster.height);
    };
    expect(share(4) / share(1)).toBeGreaterThan(0.8);
    expect(share(4) / share(1)).toBeLessThan(1.25);
  });

  test('moves labels at the top and right edges into the picture', () => {
    const raster = plain(640, 480, grey);
    draw(raster, [mark({ x: 600, y: 0, width: 40, height: 60 })], raster);
    const label = changed(raster, grey).filter(({ y }) => y < 15);
    expect(Math.min(...label.map(({ x }) => x))).toBeLessThanOrEqual(560);
    expect(Math.max(...label.map(({ x }) => x))).toBe(639);
  });

  test('separates the labels of two boxes at one position', () => {
    const raster = plain(640, 480, grey);
    draw(raster, [mark(box, { classIndex: 0 }), mark({ ...box, x: 202, y: 203 })], raster);
    const colours = (y: number) => new Set(Array.from({ length: 40 }, (_, x) => at(raster, 205 + x, y).join()));
    expect(colours(182)).toContain(classColour(0).join());
    expect(colours(182)).not.toContain(classColour(1).join());
    const others = Array.from({ length: 200 }, (_, y) => colours(190 + y)).filter((each) =>
      each.has(classColour(1).join()),
    );
    expect(others.length).toBeGreaterThan(15);
  });

  test('draws the most confident detection on top', () => {
    const raster = plain(640, 480, grey);
    draw(raster, [mark(box, { classIndex: 2 }), mark(box, { classIndex: 0 })], raster);
    expect(at(raster, 200, 280)).toEqual([...classColour(2)]);
  });

  test('draws boxes only into a thumbnail', () => {
    const raster = plain(60, 40, grey);
    draw(raster, [mark({ x: 20, y: 20, width: 20, height: 15 })], raster);
    expect(changed(raster, grey).every(({ x, y }) => x >= 19 && x <= 40 && y >= 19 && y <= 35)).toBe(true);
    expect(changed(raster, grey).length).toBeGreaterThan(100);
  });

  test('never writes outside the picture and never throws', () => {
    const side = fc.integer({ min: 1, max: 200 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        side,
        side,
        fc.array(fc.tuple(share, share, share, share), { maxLength: 5 }),
        (width, height, boxes) => {
          const guarded = new Uint8Array(width * height * 3 + 200).fill(7);
          const raster = { pixels: guarded.subarray(100, 100 + width * height * 3), width, height };
          const marks = boxes.map(([x, y, w, h], index) =>
            mark({ x: x * width, y: y * height, width: w * width, height: h * height }, { classIndex: index }),
          );
          draw(raster, marks, raster);
          expect([...guarded.subarray(0, 100), ...guarded.subarray(-100)].every((byte) => byte === 7)).toBe(true);
        },
      ),
    );
  });
});

describe('encoding', () => {
  test('a JPEG of the picture’s size, close to its pixels', async () => {
    const raster = plain(33, 17, [200, 100, 50]);
    const { jpeg, width, height } = await encode(raster);
    expect([width, height]).toEqual([33, 17]);
    const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 33, height: 17, channels: 3 });
    expect(Math.max(...data.map((value, index) => Math.abs(value - (raster.pixels[index] as number))))).toBeLessThan(6);
    expect((await sharp(jpeg).metadata()).format).toBe('jpeg');
  });
});
