/** The commands of `npm run events`. */

import { text } from 'node:stream/consumers';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import Table from 'cli-table3';
import { Command } from 'commander';
import { EVENT_OUTPUTS, type EventQueues } from '../../functions/events-contract.ts';
import { type CommonOptions, command } from '../rollout/common-options.ts';
import { clientSettings, connect } from '../rollout/connection.ts';
import { bucketOf, platformOutputs } from '../rollout/deployed-endpoint.ts';
import { processTerminal, type Terminal } from '../terminal/terminal.ts';
import {
  changeSecret,
  EventsRefusedError,
  enable,
  isByAddress,
  type ReceiverStatus,
  type Receivers,
  readStatus,
  redrive,
  setAddress,
} from './receivers.ts';

/** The exit codes in the text of `--help`. */
export const EXIT_HELP = `
Exit codes:
   0  done
   1  refused or failed; the message has the reason
   2  invalid command line`;

/** The program. */
export function program(terminal: Terminal = processTerminal): Command {
  const all = new Command('events').description('Receivers of events: secrets, what waits, what was given up.');
  all.addCommand(
    command('status', 'events that wait, are attempted or were given up, by receiver').action(
      async (options: CommonOptions) => {
        const found = await readStatus(await receiversOf(options));
        terminal.print(options.json ? JSON.stringify(found, null, 2) : tableOf(found));
      },
    ),
  );
  all.addCommand(
    ofReceiver(
      'secret',
      'a new secret of a webhook, which is printed once; or from the input, the address of slack or teams',
    ).action((name: string, options: CommonOptions) => secret(name, options, terminal)),
  );
  all.addCommand(
    ofReceiver('redrive', 'send again what was given up').action(async (name: string, options: CommonOptions) => {
      const count = await redrive(await receiversOf(options), name);
      terminal.note(count === 0 ? 'nothing was given up' : `about ${count} events for ${name} are sent again`);
    }),
  );
  all.addCommand(
    ofReceiver('enable', 'send events again to a receiver that wanted no more (410)').action(
      async (name: string, options: CommonOptions) => {
        const isChanged = await enable(await receiversOf(options), name);
        terminal.note(
          isChanged
            ? `${name} receives events within a minute; those that were given up: npm run events -- redrive ${name}`
            : `${name} was not disabled`,
        );
      },
    ),
  );
  return all;
}

function ofReceiver(name: string, description: string): Command {
  return command(name, description).argument('<receiver>', 'name of a webhook, bus, alarms, slack or teams');
}

async function receiversOf(options: CommonOptions): Promise<Receivers> {
  const connection = connect(options);
  const { deployment } = options;
  const { [EVENT_OUTPUTS.queues]: queues } = await platformOutputs(connection, deployment);
  if (queues === undefined) {
    throw new EventsRefusedError(
      `Expected a deployment with the setting events, received ${deployment}, which has none`,
    );
  }
  const settings = clientSettings(options);
  return {
    deployment,
    queues: JSON.parse(queues) as EventQueues,
    objects: await bucketOf(connection, deployment),
    sqs: new SQSClient(settings),
    ssm: new SSMClient(settings),
    s3: connection.s3,
  };
}

async function secret(name: string, options: CommonOptions, terminal: Terminal): Promise<void> {
  const receivers = await receiversOf(options);
  if (!isByAddress(name)) {
    terminal.print(await changeSecret(receivers, name));
    terminal.note(`${name} verifies with it within a minute; the secret before signs too, until the next change`);
    return;
  }
  if (process.stdin.isTTY) terminal.note(`Address of the incoming webhook of ${name}, then Ctrl-D:`);
  await setAddress(receivers, name, (await text(process.stdin)).trim());
  terminal.note(`the address of ${name} is stored; it is used within a minute`);
}

function tableOf(all: readonly ReceiverStatus[]): string {
  const table = new Table({ head: ['receiver', 'wait', 'attempted', 'given up', ''], style: { head: [], border: [] } });
  for (const { name, waiting, attempted, deadLetters, disabledAt } of all) {
    table.push([name, waiting, attempted, deadLetters, disabledAt ? `disabled since ${disabledAt} (410)` : '']);
  }
  return table.toString();
}
