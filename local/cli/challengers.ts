/** `--challengers`: a comparison before the deployment, by a program of its own. */

/** Options of the comparison with a value; the deployment does not know them. */
const WITH_VALUE = ['--challengers', '--endpoint', '--photos', '--truth', '--out'];

/** Options of both. */
const SHARED = ['--home', '--port', '-c', '--context'];

/** The command line of a deployment with challengers. */
export interface ChallengeCall {
  /** Arguments of the comparison. */
  readonly own: readonly string[];
  /** Arguments of the deployment. */
  readonly rest: readonly string[];
  /** The endpoint, where it is named. */
  readonly endpoint?: string;
  readonly isComparisonOnly: boolean;
}

/** @returns undefined without `--challengers` */
export function challengeOf(args: readonly string[]): ChallengeCall | undefined {
  const groups = grouped(args);
  const isNamed = (...names: readonly string[]) => groups.some(({ name }) => names.includes(name));
  if (!isNamed('--challengers')) return undefined;
  if (isNamed('--help', '-h')) return { own: ['--help'], rest: [], isComparisonOnly: true };
  const isOwn = ({ name }: Group) => WITH_VALUE.includes(name) || name === '--compare-only';
  const isShared = ({ name }: Group) => SHARED.includes(name) || name === '--local';
  const endpoint = groups.find(({ name }) => name === '--endpoint')?.value;
  return {
    own: groups.filter((group) => isOwn(group) || isShared(group)).flatMap(({ all }) => all),
    rest: groups.filter((group) => !isOwn(group)).flatMap(({ all }) => all),
    ...(endpoint !== undefined && { endpoint }),
    isComparisonOnly: isNamed('--compare-only'),
  };
}

/** One option with its value, or one other argument. */
interface Group {
  readonly name: string;
  readonly value?: string;
  readonly all: readonly string[];
}

function grouped(args: readonly string[]): Group[] {
  const groups: Group[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] as string;
    const [name = arg, ...after] = arg.startsWith('-') ? arg.split('=') : [arg];
    const hasValue = [...WITH_VALUE, ...SHARED].includes(name);
    const next = args[index + 1];
    if (hasValue && after.length > 0) groups.push({ name, value: after.join('='), all: [arg] });
    else if (hasValue && next !== undefined && !next.startsWith('-'))
      groups.push({ name, value: args[++index] as string, all: [arg, next] });
    else groups.push({ name, all: [arg] });
  }
  return groups;
}
