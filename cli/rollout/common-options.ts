/** The options of the commands for a deployment. */

import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { deployment } from '../../lib/endpoints.ts';
import type { Target } from './connection.ts';

const PROJECT = join(import.meta.dirname, '..', '..');

/** The options of every command. */
export interface CommonOptions extends Target {
  readonly deployment: string;
  readonly json?: boolean;
}

/** A command with these options. */
export function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--local', 'use the local emulator (npm start) instead of AWS')
    .option('--deployment <name>', 'name of the deployment', deployment.name)
    .option('--home <folder>', "the emulator's folder", (text) => resolve(text), join(PROJECT, '.laptop'))
    .option('--port <number>', "port of the emulator's HTTP API, if several run")
    .option('--json', 'print JSON');
}
