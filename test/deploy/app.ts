/**
 * The deployment of `lib/endpoints.ts` with another setting of its first endpoint, which makes a new version.
 *
 *   cdk deploy --app "node test/deploy/app.ts" -c maxSide=1500 -c architecture=x86_64 -c os=linux [-c clash=true]
 */

import { App, type CfnResource, type Stack } from 'aws-cdk-lib';
import { CfnAlias } from 'aws-cdk-lib/aws-lambda';
import { ALIAS } from '../../functions/contract.ts';
import { addStacks } from '../../lib/app.ts';
import { checkConfig } from '../../lib/check-config.ts';
import { deployment } from '../../lib/endpoints.ts';

const app = new App();
const context = (name: string): unknown => app.node.tryGetContext(name);
const [first, ...others] = deployment.endpoints;
const changed = { ...first, maxSide: Number(context('maxSide')) };
const checked = checkConfig({ ...deployment, endpoints: [changed, ...others] });
const os = context('os') === 'darwin' ? 'darwin' : 'linux';
addStacks(app, checked, { target: { os, arch: context('architecture') === 'arm64' ? 'arm64' : 'x64' } });
if (context('clash') === 'true') addClash(app.node.findChild(checked.endpoints[0]?.stackId ?? '') as Stack);

/** Fails the deployment as late as possible, when the rollout of the new version has started: the alias exists. */
function addClash(stack: Stack): void {
  const resources = stack.node.findAll().map((node) => node as CfnResource);
  const start = resources.find(({ cfnResourceType }) => cfnResourceType === 'Custom::Rollout');
  const live = resources.find((each) => each instanceof CfnAlias && each.name === ALIAS.live) as CfnAlias;
  const { functionName, functionVersion } = live;
  const clash = new CfnAlias(stack, 'Clash', { name: ALIAS.candidate, functionName, functionVersion });
  if (start) clash.addDependency(start);
}
