/** The command and options of `npm run console`. */

import { once } from 'node:events';
import { Command } from 'commander';
import { deployment } from '../../lib/endpoints.ts';
import { connect } from '../rollout/connection.ts';
import { apiAddress } from '../rollout/deployed-endpoint.ts';
import type { Output } from '../terminal/terminal.ts';
import { startConsole } from './server.ts';

interface Options {
  readonly deployment: string;
  readonly port: string;
}

/** The program. @param output where the address is printed */
export function program(output: Output): Command {
  return new Command('console')
    .description("Serves a deployment's pages on this machine and signs their requests with your AWS credentials.")
    .option('--deployment <name>', 'name of the deployment', deployment.name)
    .option('--port <number>', 'port on 127.0.0.1; 0: any free one', '0')
    .action(async ({ deployment: name, port }: Options) => {
      const connection = connect({ home: '' });
      const { region, credentials } = connection.lambda.config;
      const url = await apiAddress(connection, name);
      const started = await startConsole({ url, region: await region(), credentials }, Number(port));
      output.print(`${started.address}\nOpen this address. It is valid once. Ctrl-C ends the console.`);
      await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(process, 'SIGHUP')]);
      started.close();
    });
}
