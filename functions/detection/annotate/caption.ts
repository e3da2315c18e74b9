import { hasGlyph } from './glyphs.ts';

/** A detection as far as its caption shows it. */
export interface Captioned {
  readonly label: string;
  readonly classIndex: number;
}

/** Captions that are numbers, each with its label. */
export type Legend = Readonly<Record<string, string>>;

/** Letters that Unicode does not decompose, and punctuation, in characters of the typeface. */
const REPLACEMENTS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  đ: 'd',
  Đ: 'D',
  ł: 'l',
  Ł: 'L',
  ħ: 'h',
  Ħ: 'H',
  ı: 'i',
  þ: 'th',
  Þ: 'Th',
  ð: 'd',
  Ð: 'D',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '–': '-',
  '—': '-',
  '−': '-',
  '×': 'x',
};

/**
 * The text that is drawn for a label: the label without accents, where the typeface has its letters; otherwise the
 * number of its class, as `#2`, because Lambda has no fonts.
 */
export function captionOf({ label, classIndex }: Captioned): string {
  return drawable(label) ?? `#${classIndex}`;
}

/** The captions that are numbers; undefined where there are none. */
export function legendOf(detections: readonly Captioned[]): Legend | undefined {
  const numbered = detections.filter(({ label }) => drawable(label) === undefined);
  if (numbered.length === 0) return undefined;
  return Object.fromEntries(numbered.map((detection) => [captionOf(detection), detection.label]));
}

/** A mark that changes a letter of the scripts that the typeface has: accents of Latin letters. */
const ACCENT = /[\u0300-\u036f]/g;

function drawable(label: string): string | undefined {
  const text = Array.from(label.normalize('NFKD').replace(ACCENT, ''), (one) => REPLACEMENTS[one] ?? one).join('');
  return text.trim() !== '' && Array.from(text).every(hasGlyph) ? text : undefined;
}
