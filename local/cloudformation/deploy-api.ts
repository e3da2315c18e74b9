/** The emulator's own API, which `npm run deploy -- --local` calls. */

import { json, type Service } from '../protocol/service.ts';
import { readAssembly } from './assembly.ts';
import type { Change, Deployment } from './deployment.ts';

/** Service name in the signatures of such requests. */
export const DEPLOY_SERVICE = 'laptop';
export const DEPLOY_PATH = '/laptop/deployments';

/** The changes, or why the deployment stopped. */
export type DeployResponse = { readonly changes: readonly Change[] } | { readonly failure: string };

/** Header with the token of the emulator, which only its user can read. */
export const TOKEN_HEADER = 'x-laptop-token';

/** Deploys the assembly that a request names. @param token that a request must have: a deployment runs its code */
export function deployApi(deployment: Deployment, token: string): Service {
  return async ({ path, method, headers, body }) => {
    const operation = `${method} ${path}`;
    if (operation !== `POST ${DEPLOY_PATH}`)
      return json(404, { failure: `Expected POST ${DEPLOY_PATH} for the request, received ${operation}` });
    if (headers[TOKEN_HEADER] !== token)
      return json(403, { failure: `Expected the token of this emulator for ${TOKEN_HEADER}, received another one` });
    const { assembly } = JSON.parse(body.toString());
    try {
      const changes = await deployment.apply(readAssembly(assembly));
      return json(200, { changes } satisfies DeployResponse);
    } catch (error) {
      return json(422, { failure: error instanceof Error ? error.message : String(error) } satisfies DeployResponse);
    }
  };
}
