/** Options of `cdk deploy` that `npm run deploy` refuses, because they would break rollouts or stop half-way. */

/** Options by the name that the CDK documents; each reason completes "refused, because". */
const REFUSED: Readonly<Record<string, string>> = {
  'revert-drift':
    'it sets the alias live of every endpoint to version 1: the template says version 1, and only rollouts move live',
  hotswap: 'it changes functions without CloudFormation, so that no rollout starts and the next deployment fails',
  'hotswap-fallback':
    'it changes functions without CloudFormation, so that no rollout starts and the next deployment fails',
  watch: 'it deploys by hotswap, so that no rollout starts and the next deployment fails',
  express: 'it keeps what a failed deployment has created, and the next deployment of the same code fails',
  'no-rollback': 'it keeps what a failed deployment has created, and the next deployment of the same code fails',
  concurrency: 'API Gateway rejects routes that several stacks create at the same time',
};

/** How a deployment is started. */
export interface DeployCall {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether somebody can answer questions. */
  readonly hasTerminal: boolean;
}

/** @returns why the deployment must not start; undefined where it may */
export function refusalOf({ args, environment, hasTerminal }: DeployCall): string | undefined {
  const options = [...args.map(optionOf), ...variables(environment)];
  const refused = options.find(isRefused);
  if (refused) {
    const name = refused.name === 'rollback' ? 'no-rollback' : refused.name;
    return `The option --${name} is refused, because ${REFUSED[name]} (docs/operations.md).`;
  }
  if (hasTerminal || options.some(({ name }) => name === 'require-approval' || name === 'yes')) return undefined;
  return [
    'Expected --require-approval for a deployment without a terminal, received none: the CDK would stop between two',
    'stacks to wait for the approval of new permissions. Look at them by "npx cdk diff", then run:',
    '  npm run deploy -- --require-approval never',
  ].join('\n');
}

interface Option {
  readonly name: string;
  /** Absent: the value is the next argument, or the option has none. */
  readonly value?: string;
}

function isRefused({ name, value }: Option): boolean {
  if (name === 'rollback') return value === 'false';
  if (name === 'concurrency') return value !== '1';
  return name in REFUSED && value !== 'false';
}

/** Because the CDK reads `--revert-drift`, `--revertDrift` and `--revert-drift=true` alike. Not an option: name ''. */
function optionOf(arg: string, index: number, all: readonly string[]): Option {
  if (/^-[a-z]*R[a-z]*$/.test(arg)) return { name: 'no-rollback' };
  if (arg === '-y') return { name: 'yes' };
  const [, name = '', value] = /^--([\w-]+)(?:=(.*))?$/.exec(arg) ?? [];
  const kebab = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const given = value ?? all[index + 1];
  return given === undefined || given.startsWith('-') ? { name: kebab } : { name: kebab, value: given };
}

/** Because the CDK reads options from variables too: `CDK_REVERT_DRIFT=true`. */
function variables(environment: DeployCall['environment']): Option[] {
  return Object.entries(environment).flatMap(([variable, value]) => {
    const [, name] = /^CDK_(\w+)$/.exec(variable) ?? [];
    if (name === undefined || value === undefined) return [];
    return [{ name: name.toLowerCase().replaceAll('_', '-'), value }];
  });
}
