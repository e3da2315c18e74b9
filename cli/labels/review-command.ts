/** `labels review`: chooses the pictures of the review page. */

import { REVIEW_KEYS, type ReviewList } from '../../functions/review-contract.ts';
import { consoleCommand } from '../rollout/command-line.ts';
import type { CommonOptions } from '../rollout/common-options.ts';
import { connect } from '../rollout/connection.ts';
import { type DeployedEndpoint, findEndpoint } from '../rollout/deployed-endpoint.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { type Choice, choose } from './choose.ts';
import { type ChoosableOptions, readChoosable } from './read-choosable.ts';
import { NoChoiceError } from './read-pictures.ts';
import type { PictureToChoose } from './reasons.ts';

interface ReviewOptions extends CommonOptions, ChoosableOptions {
  readonly choose: number;
  readonly random: number;
  readonly seed: number;
}

/** @throws NotDeployedError, NoChoiceError, LabelFileError, StoreUnavailableError */
export async function reviewCommand(endpoint: string, options: ReviewOptions): Promise<void> {
  const deployed = await findEndpoint(connect(options), options.deployment, endpoint);
  await checkSetting(deployed);
  const { pictures } = await readChoosable(deployed, options);
  const { choose: number, random, seed } = options;
  const list = reviewList(endpoint, pictures, { number, random, seed }, new Date());
  await deployed.objects.putJson(REVIEW_KEYS.list(endpoint), list);
  const page = reviewPage(deployed);
  const words = `${endpoint}: ${list.pictures.length} of ${pictures.length} recorded pictures to review\n  ${page}`;
  processTerminal.print(options.json ? JSON.stringify({ ...list, page }, null, 2) : words);
}

/** Because a list without the page has no effect. */
async function checkSetting({ api, endpoint }: DeployedEndpoint): Promise<void> {
  const description = (await (await fetch(`${api}/openapi.json`)).json()) as { readonly paths?: object };
  if (`/${endpoint}/review` in (description.paths ?? {})) return;
  throw new NoChoiceError(
    `Expected the setting review: true for ${endpoint}, received none: set it in lib/endpoints.ts and deploy`,
  );
}

/** The list of a review: pictures that a model answered. @throws NoChoiceError without any */
export function reviewList(
  endpoint: string,
  pictures: readonly PictureToChoose[],
  choice: Choice,
  now: Date,
): ReviewList {
  const answered = pictures.filter(({ recorded }) => recorded.result.status === 'done');
  const chosen = choose(answered, choice);
  if (chosen.length === 0) throw new NoChoiceError(`Expected recorded pictures of ${endpoint}, received none`);
  return { endpoint, listed_at: now.toISOString(), pictures: chosen.map(({ picture }) => picture.id) };
}

/** A browser cannot sign, so with IAM the console serves the page. */
function reviewPage({ api, endpoint, given }: DeployedEndpoint): string {
  const path = `/status/${endpoint}/review`;
  return `${api}${path} (with IAM: ${consoleCommand(given)}, then ${path})`;
}
