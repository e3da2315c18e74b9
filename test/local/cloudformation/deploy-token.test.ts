import { DEPLOY_PATH, deployApi, TOKEN_HEADER } from '../../../local/cloudformation/deploy-api.ts';
import type { Deployment } from '../../../local/cloudformation/deployment.ts';

test.each([[{}], [{ [TOKEN_HEADER]: 'guess' }]])('a deployment with the headers %j is refused', async (headers) => {
  const apply = jest.fn();
  const api = deployApi({ apply } as unknown as Deployment, 'secret');
  const body = Buffer.from('{"assembly":"/somewhere"}');
  const response = await api({ method: 'POST', path: DEPLOY_PATH, query: new URLSearchParams(), headers, body });
  expect(response).toMatchObject({
    status: 403,
    body: '{"failure":"Expected the token of this emulator for x-laptop-token, received another one"}',
  });
  expect(apply).not.toHaveBeenCalled();
});
