/** The page where people judge a rollout's pictures. */

import type { Standing } from '../../functions/standing/standing.ts';
import { consoleCommand } from './command-line.ts';
import type { DeployedEndpoint } from './deployed-endpoint.ts';

type PageOf = Pick<DeployedEndpoint, 'api' | 'endpoint' | 'given'>;

/** Its address. A browser cannot sign, so with IAM the console serves the page. */
export function judgePage({ api, endpoint, given }: PageOf): string {
  return `${api}/status/${endpoint}/judge (with IAM: ${consoleCommand(given)}, then /status/${endpoint}/judge)`;
}

/** Its address while people can judge. @returns undefined in every other step */
export function openJudgePage(deployed: PageOf, { rollout }: Pick<Standing, 'rollout'>): string | undefined {
  return rollout?.judge === 'people' ? judgePage(deployed) : undefined;
}
