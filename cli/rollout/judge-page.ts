/** The page where people judge a rollout's pictures. */

import type { Standing } from '../../functions/standing/standing.ts';
import type { DeployedEndpoint } from './deployed-endpoint.ts';

/** Its address. A browser cannot sign, so with IAM the console serves the page. */
export function judgePage({ api, endpoint }: Pick<DeployedEndpoint, 'api' | 'endpoint'>): string {
  return `${api}/status/${endpoint}/judge (with IAM: npm run console, then /status/${endpoint}/judge)`;
}

/** Its address while people can judge. @returns undefined in every other step */
export function openJudgePage(
  deployed: Pick<DeployedEndpoint, 'api' | 'endpoint'>,
  { rollout }: Pick<Standing, 'rollout'>,
): string | undefined {
  return rollout?.judge === 'people' ? judgePage(deployed) : undefined;
}
