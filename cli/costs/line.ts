/** Lines of a bill: a product of quantities and a price, whose words are made from the same numbers. */

/** A number with its unit. */
export interface Factor {
  readonly value: number;
  /** As the calculation shows it: `1,000,000 pictures`. */
  readonly words: string;
}

/** One line of a bill. */
export interface Line {
  readonly item: string;
  /** `1,000,000 pictures × $0.000001` */
  readonly calculation: string;
  /** US dollars, not rounded. */
  readonly dollars: number;
}

const NUMBER = new Intl.NumberFormat('en-US', { maximumFractionDigits: 12 });

/** A quantity. @param words default: number and unit */
export function of(value: number, unit: string, words = `${NUMBER.format(value)} ${unit}`): Factor {
  return { value, words };
}

/** A price in US dollars. */
export function at(dollars: number): Factor {
  return { value: dollars, words: `$${NUMBER.format(dollars)}` };
}

/** Memory as Lambda bills it, in GB of 1,024 MB. */
export function memory(megabytes: number): Factor {
  return of(megabytes / 1024, 'GB', `${NUMBER.format(megabytes)}/1,024 GB`);
}

/** The line of these factors. */
export function line(item: string, ...factors: readonly Factor[]): Line {
  return {
    item,
    calculation: factors.map(({ words }) => words).join(' × '),
    dollars: factors.reduce((product, { value }) => product * value, 1),
  };
}

/** The sum of lines. US dollars, not rounded. */
export function sum(lines: readonly Line[]): number {
  return lines.reduce((total, { dollars }) => total + dollars, 0);
}
