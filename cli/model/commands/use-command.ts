import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { processTerminal } from '../../terminal/terminal.ts';
import { SETTINGS } from '../use/deploy.ts';
import { addOptionsOf, type GivenOptions, packageOptions } from './add-command.ts';
import { list } from './arguments.ts';
import { type UseOptions, useCommand as use } from './use.ts';

type Given = GivenOptions & UseOptions;

/** Command line of `model use`. */
export function useCommand(): Command {
  const path = (text: string) => resolve(text);
  const command = new Command('use')
    .description(
      'adds a model, names it in the settings for the endpoints whose labels it has, and deploys it to the emulator ' +
        'that runs on this machine',
    )
    .argument(
      '<model>',
      'a file, an https address, s3://bucket/key, hf://owner/repo[/file][@revision], a name of models/catalog.json, ' +
        'or a package of models/',
    )
    .option('--endpoints <names>', 'endpoints, separated by commas; default: all whose labels the model has', list)
    .option('--yes', 'writes the settings without a question')
    .option('--settings <file>', 'the settings', path, SETTINGS)
    .option('--home <folder>', 'folder of the emulator', path, join(SETTINGS, '../../.laptop'))
    .option('--port <number>', 'port of the emulator’s HTTP API, if several run');
  return packageOptions(command).action(async (model: string, { settings, endpoints, ...more }: Given) => {
    const { yes, home, port, ...rest } = more;
    const own = { settings, home, ...(endpoints && { endpoints }), ...(yes && { yes }), ...(port && { port }) };
    process.exitCode = await use(model, { ...addOptionsOf(rest), ...own }, processTerminal);
  });
}
