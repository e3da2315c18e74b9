/** Checks of the account before anything is deployed: region, credentials, services, bootstrap. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { App, Stack } from 'aws-cdk-lib';
import type { DoctorContext } from '../context.ts';
import { failed, ok, type Result, skipped, warning } from '../result.ts';

/** Whether a region is set. */
export async function checkRegion({ clients }: DoctorContext): Promise<Result> {
  const region = await regionOf(clients.sts.config.region);
  if (region !== undefined) return ok(region);
  return failed('no region is set', 'export AWS_REGION=us-east-1 (or the region of your choice)');
}

/** The region of a client. @returns undefined where none is set */
export async function regionOf(region: () => Promise<string>): Promise<string | undefined> {
  try {
    return await region();
  } catch (error) {
    if (error instanceof Error && error.message === 'Region is missing') return undefined;
    throw error;
  }
}

/** Whether AWS accepts the credentials, and whose they are. */
export async function checkCredentials({ clients, signal }: DoctorContext): Promise<Result> {
  const { Arn = '' } = await clients.sts.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
  if (/:root$/.test(Arn)) {
    return warning('the root user, who should not deploy', 'aws configure sso, then: export AWS_PROFILE=<name>');
  }
  if (/:assumed-role\//.test(Arn)) return ok('an assumed role');
  return ok(/:user\//.test(Arn) ? 'an IAM user' : 'accepted');
}

/** Services by the names of Systems Manager's public parameters, which are assumed: not seen on AWS yet. */
const SERVICES = { lambda: 'Lambda', apigateway: 'API Gateway' } as const;

/** Whether the region has the services. */
export async function checkServices({ clients, signal }: DoctorContext): Promise<Result> {
  const region = await clients.sts.config.region();
  const names = Object.keys(SERVICES) as (keyof typeof SERVICES)[];
  const isListed = async (name: string, where: string) =>
    (await parameter(clients.publicSsm, `${PUBLIC}/services/${name}/regions/${where}`, signal)) !== undefined;
  const listed = await Promise.all(names.map((name) => isListed(name, region)));
  const missing = names.filter((_, index) => !listed[index]);
  if (missing.length === 0) return ok(Object.values(SERVICES).join(', '));
  // A list that lacks them in the region that has everything is no evidence.
  const known = await Promise.all(missing.map((name) => isListed(name, FULL_REGION)));
  if (!known.every((each) => each)) return skipped('Systems Manager does not list the services of regions');
  const words = `${region} has no ${missing.map((name) => SERVICES[name]).join(' and no ')}`;
  return failed(words, `export AWS_REGION=${FULL_REGION} (or another region)`);
}

const FULL_REGION = 'us-east-1';
const PUBLIC = '/aws/service/global-infrastructure';

/** Whether the account is bootstrapped for the CDK of this repository. */
export async function checkBootstrap({ clients, signal }: DoctorContext): Promise<Result> {
  const { least, name } = requiredBootstrap();
  const value = await parameter(clients.ssm, name, signal);
  if (value === undefined) return failed('the CDK is not bootstrapped in this account and region', BOOTSTRAP);
  const version = Number(value);
  const measured = { value: version, unit: 'version' };
  if (version >= least) return ok(`version ${value}, at least ${least} is required`, measured);
  return failed(`version ${value}, at least ${least} is required`, BOOTSTRAP, measured);
}

const BOOTSTRAP = 'npx cdk bootstrap';

/** What stacks of this CDK require: read from an empty one, because the library exports no constant. */
function requiredBootstrap(): { least: number; name: string } {
  const outdir = mkdtempSync(join(tmpdir(), 'doctor-'));
  try {
    process.env.CDK_VALIDATION = 'false';
    const app = new App({ outdir });
    const { artifactId } = new Stack(app, 'Bootstrap');
    const artifact = app.synth().getStackArtifact(artifactId);
    const { requiresBootstrapStackVersion: least, bootstrapStackVersionSsmParameter: name } = artifact;
    if (least === undefined || name === undefined)
      throw new Error('Expected a version of the CDK that is bootstrapped');
    return { least, name };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

async function parameter(ssm: SSMClient, name: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name }), { abortSignal: signal });
    return Parameter?.Value;
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
}
