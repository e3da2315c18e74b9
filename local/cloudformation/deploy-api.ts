/** What `npm run deploy -- --local` asks a running laptop. */

import { json, type Service } from '../protocol/service.ts';
import { readAssembly } from './assembly.ts';
import type { Change, Deployment } from './deployment.ts';

/** The service name that such requests are signed for. */
export const CONTROL_SERVICE = 'laptop';
export const DEPLOY_PATH = '/laptop/deployments';

/** Answer to a deployment: what it did, or why it stopped. */
export type DeploymentAnswer = { readonly changes: readonly Change[] } | { readonly failure: string };

/** One deployment after the other: two at the same time would undo each other. */
export function controlApi(deployment: Deployment): Service {
  let last: Promise<unknown> = Promise.resolve();
  return async ({ path, method, body }) => {
    if (`${method} ${path}` !== `POST ${DEPLOY_PATH}`) return json(404, { failure: `${method} ${path} is nothing` });
    const { assembly } = JSON.parse(body.toString());
    const turn = last.then(() => deployment.apply(readAssembly(assembly)));
    last = turn.catch(() => {});
    try {
      return json(200, { changes: await turn } satisfies DeploymentAnswer);
    } catch (error) {
      return json(422, { failure: error instanceof Error ? error.message : String(error) } satisfies DeploymentAnswer);
    }
  };
}
