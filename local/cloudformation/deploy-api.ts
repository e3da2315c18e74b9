/** The emulator's own API, which `npm run deploy -- --local` calls. */

import { json, type Service } from '../protocol/service.ts';
import { readAssembly } from './assembly.ts';
import type { Change, Deployment } from './deployment.ts';

/** Service name in the signatures of such requests. */
export const DEPLOY_SERVICE = 'laptop';
export const DEPLOY_PATH = '/laptop/deployments';

/** The changes, or why the deployment stopped. */
export type DeployResponse = { readonly changes: readonly Change[] } | { readonly failure: string };

/** Deploys the assembly that a request names. */
export function deployApi(deployment: Deployment): Service {
  return async ({ path, method, body }) => {
    const operation = `${method} ${path}`;
    if (operation !== `POST ${DEPLOY_PATH}`)
      return json(404, { failure: `Expected POST ${DEPLOY_PATH} for the request, received ${operation}` });
    const { assembly } = JSON.parse(body.toString());
    try {
      const changes = await deployment.apply(readAssembly(assembly));
      return json(200, { changes } satisfies DeployResponse);
    } catch (error) {
      return json(422, { failure: error instanceof Error ? error.message : String(error) } satisfies DeployResponse);
    }
  };
}
