import { type Colour, classColour, inkOn } from '../../detection/annotate/palette.ts';

/** CSS colours of a label: of its box, and of text on it. */
export interface LabelColours {
  readonly fill: string;
  readonly ink: string;
}

/** The colours of the annotated picture, by the index of the label in the model. */
export function paletteOf(modelLabels: readonly string[]): (label: string) => LabelColours {
  return (label) => {
    const colour = classColour(Math.max(0, modelLabels.indexOf(label)));
    return { fill: css(colour), ink: css(inkOn(colour)) };
  };
}

/** Gives the colours of a label. */
export type Palette = ReturnType<typeof paletteOf>;

function css([red, green, blue]: Colour): string {
  return `rgb(${red} ${green} ${blue})`;
}
