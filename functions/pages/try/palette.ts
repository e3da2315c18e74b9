import { type Colour, classColour, inkOn } from '../../detection/annotate/palette.ts';

/** Colours of a label, as CSS: of its box, and of writing on it. */
export interface LabelColours {
  readonly fill: string;
  readonly ink: string;
}

/** The colours that the annotated picture has too: by the label's place among the model's. */
export function paletteOf(modelLabels: readonly string[]): (label: string) => LabelColours {
  return (label) => {
    const colour = classColour(Math.max(0, modelLabels.indexOf(label)));
    return { fill: css(colour), ink: css(inkOn(colour)) };
  };
}

export type Palette = ReturnType<typeof paletteOf>;

function css([red, green, blue]: Colour): string {
  return `rgb(${red} ${green} ${blue})`;
}
