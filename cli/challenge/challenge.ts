/** Compares challengers with live on labelled pictures, and writes the winner into the settings. */

import { join, relative, resolve } from 'node:path';
import type { DetectOptions } from '../../functions/detection/detect.ts';
import { checkConfig, type ResolvedEndpoint } from '../../lib/check-config.ts';
import { MODELS } from '../../lib/models.ts';
import { plainTable } from '../model/report/table.ts';
import { connect } from '../rollout/connection.ts';
import { findEndpoint } from '../rollout/deployed-endpoint.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { makeOutputFolder } from '../terminal/output-file.ts';
import type { Output } from '../terminal/terminal.ts';
import { answerPictures } from './answer-pictures.ts';
import { AnswersFile } from './answers-file.ts';
import { compareAnswers } from './comparison.ts';
import { readLive } from './live.ts';
import { readLabelled } from './pictures.ts';
import type { ChallengeOptions } from './program.ts';
import { type Compared, keepInBucket, writeRecord } from './record.ts';
import { loadSettings, servedInCode, writeWinner } from './settings-file.ts';
import { detectOptions, readChallengers, type Variant } from './variant.ts';
import { ASSUMPTION, headOf, leftOutInWords, resultInWords, rows } from './words.ts';

/** The exit code where no challenger is proven to be better than live. */
export const NOBODY_WINS = 3;

/** The endpoint cannot have challengers. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
}

const SETTINGS = resolve(import.meta.dirname, '../../lib/endpoints.ts');

/** @returns the exit code @throws EndpointError, and the errors of its steps */
export async function challenge(options: ChallengeOptions, output: Output): Promise<number> {
  const { file, models, deployment } = await settingsOf(options);
  const endpoint = endpointOf(deployment.endpoints, options.endpoint);
  const compared = await compare(options, { endpoint, models, deployment: deployment.name }, output);
  print(compared, output);
  const { json, page } = await writeRecord(options.out, compared);
  output.note(`Record: ${relative('', json)}, page: ${relative('', page)}`);
  output.note(await keepInBucket(compared));
  compared.answers.remove();
  const { winner } = compared.comparison;
  const variant = compared.variants.find(({ name }) => name === winner?.name);
  if (!variant) return NOBODY_WINS;
  if (!options.compareOnly) await settle(file, options.endpoint, variant, output);
  return EXIT.done;
}

async function settingsOf({ context }: ChallengeOptions) {
  const values = new Map(context.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]));
  const path = (key: string, byDefault: string) => {
    const given = values.get(key);
    return given === undefined ? byDefault : resolve(given);
  };
  const [file, models] = [path('endpoints', SETTINGS), path('models', MODELS)];
  const deployment = checkConfig(await loadSettings(file), models, relative('', file));
  return { file, models, deployment };
}

function endpointOf(endpoints: readonly ResolvedEndpoint[], name: string): ResolvedEndpoint {
  const found = endpoints.find(({ settings }) => settings.name === name);
  if (found?.settings.kind === 'count' && found.settings.answeredBy === 'model') return found;
  const possible = endpoints.filter(({ settings }) => settings.kind === 'count' && settings.answeredBy === 'model');
  const names = possible.map(({ settings }) => settings.name).join(', ') || 'there is none';
  throw new EndpointError(
    `Expected an endpoint that counts by a model (${names}) for --endpoint, received ${name}: callers of predict ` +
      'name the model themselves',
  );
}

interface Setup {
  readonly endpoint: ResolvedEndpoint;
  readonly models: string;
  readonly deployment: string;
}

/** Keeps each answer until the record is written. */
type Unfinished = Compared & { readonly answers: AnswersFile };

async function compare(options: ChallengeOptions, setup: Setup, output: Output): Promise<Unfinished> {
  const { endpoint, models, deployment } = setup;
  const { name, labels = [], confidence, iou, maxPixels, maxUploadBytes, damaged = 'reject' } = endpoint.settings;
  const deployed = await findEndpoint(connect(options), deployment, name);
  const live = await readLive(deployed, models);
  if (!live.isVerified)
    output.note(`No recent request shows the weights of live: those in ${relative('', live.folder)} are compared.`);
  const declared = { ...(confidence !== undefined && { confidence }), ...(iou !== undefined && { iou }) };
  const variants = await readChallengers(options.challengers, { models, labels, declared, live });
  const labelled = await readLabelled(options, labels);
  const limits = { maxPixels, maxBytes: maxUploadBytes, damaged };
  const runnable = [live, ...variants].map((variant) => ({
    folder: variant.folder,
    options: { ...detectOptions(variant, labels), ...limits },
  }));
  output.note(
    `${labelled.pictures.length} pictures, ${variants.length} challengers and live (version ${live.version}) …`,
  );
  await makeOutputFolder(options.out, '--out');
  const file = join(options.out, `challengers-${name}.answers.jsonl`);
  const identities = [live, ...variants].map(({ manifest }, index) => ({
    manifest,
    options: runnable[index]?.options as DetectOptions,
  }));
  const answers = new AnswersFile(file, identities);
  const answered = await answerPictures(runnable, labelled.pictures, answers, output);
  const names = variants.map((variant) => variant.name);
  const comparison = compareAnswers(labelled.pictures, answered, { names, labels });
  return { endpoint: name, deployed, live, variants, labelled, comparison, at: new Date(), answers };
}

function print({ comparison, live, labelled }: Compared, output: Output): void {
  const head = headOf(comparison);
  const aligns = head.map((_, column) => (column === 0 || column === head.length - 1 ? 'left' : 'right'));
  output.print(plainTable(head, rows(comparison, live), aligns));
  for (const text of leftOutInWords(labelled, comparison)) output.print(text);
  output.print(resultInWords(comparison, live));
  output.print(ASSUMPTION);
}

async function settle(file: string, endpoint: string, winner: Variant, output: Output): Promise<void> {
  const isChanged = await writeWinner(file, endpoint, winner);
  const written = isChanged ? 'Wrote into' : 'Already in';
  output.note(`${written} ${relative('', file)}, endpoint ${endpoint}: ${servedInCode(winner)}`);
  output.note(`If the deployment stops, repeat it with -c chosen=${endpoint}, so that agreement is not judged.`);
}
