/** The command and options of `npm run console`. */

import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { deployment } from '../../lib/endpoints.ts';
import { connect } from '../rollout/connection.ts';
import { apiAddress } from '../rollout/deployed-endpoint.ts';
import type { Output } from '../terminal/terminal.ts';
import { startConsole } from './server.ts';

const PROJECT = resolve(import.meta.dirname, '../..');

interface Options {
  readonly deployment: string;
  readonly local?: boolean;
  readonly home: string;
  readonly port: number;
}

/** The program. @param output where the address is printed */
export function program(output: Output): Command {
  return new Command('console')
    .description("Serves a deployment's pages on this machine and signs their requests with your AWS credentials.")
    .option('--local', "use the local emulator (npm start) and the emulator's credentials instead of AWS")
    .option('--deployment <name>', 'name of the deployment', deployment.name)
    .option('--home <folder>', "the emulator's folder", (text) => resolve(text), join(PROJECT, '.laptop'))
    .option('--port <number>', 'port on 127.0.0.1; 0: any free one', portOf, 0)
    .action(async ({ deployment: name, local = false, home, port }: Options) => {
      const connection = connect({ local, home });
      const { region, credentials } = connection.lambda.config;
      const url = await apiAddress(connection, name);
      const started = await startConsole({ url, region: await region(), credentials }, port);
      output.print(`${started.address}\nOpen this address. It is valid once. Ctrl-C ends the console.`);
      await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(process, 'SIGHUP')]);
      started.close();
    });
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError(`Expected a port from 0 to 65535, received ${text}.`);
}
