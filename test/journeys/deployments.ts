import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from './laptop.ts';
import { synthesisProgram } from './synthesis.ts';

/** Cloud assemblies of other settings than the project's own, in a temporary folder. */
export interface Workshop {
  readonly folder: string;
  /** Folder for model packages: pass it as `models` to `synthesize`. */
  readonly models: string;
  /**
   * Writes a settings file like `lib/endpoints.ts`, of the deployment `journey`.
   * @param endpoints list of endpoints as source text; may use the factories of `lib/config.ts`
   * @returns its path
   */
  settings(name: string, endpoints: string): string;
  /**
   * Synthesizes the stacks with other settings.
   * @param endpoints as in `settings`
   * @returns the folder of the assembly
   */
  synthesize(name: string, endpoints: string, models?: string): string;
  remove(): void;
}

/** Creates the temporary folder. */
export function openWorkshop(): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'workshop-'));
  const models = join(folder, 'models');
  mkdirSync(models);
  // Because the settings are an ES module, but the functions in assemblies are not.
  mkdirSync(join(folder, 'settings'));
  writeFileSync(join(folder, 'settings', 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}');
  const settings = (name: string, endpoints: string) => {
    const path = join(folder, 'settings', `${name}.ts`);
    writeFileSync(path, settingsText(endpoints));
    return path;
  };
  const synthesize = (name: string, endpoints: string, modelsFolder = join(PROJECT, 'models')) => {
    const output = join(folder, name);
    const context = { endpoints: settings(name, endpoints), models: modelsFolder };
    const { file, args, options } = synthesisProgram(output, context);
    execFileSync(file, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
    return output;
  };
  return { folder, models, settings, synthesize, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function settingsText(endpoints: string): string {
  const config = JSON.stringify(join(PROJECT, 'lib/config.ts'));
  return `import { blueGreen, canary, countEndpoint, iam, linear, predictEndpoint, shadow } from ${config};
void [blueGreen, canary, countEndpoint, linear, predictEndpoint, shadow];
export const deployment = { name: 'journey', api: { auth: iam() }, endpoints: [${endpoints}] };
`;
}
