/** Synthesizes the templates of a deployment, without bundles of code: the bill does not depend on them. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';
import { addStacks } from '../../lib/app.ts';
import type { ResolvedDeployment } from '../../lib/check-config.ts';
import type { Template } from './facts.ts';

const PROJECT = join(import.meta.dirname, '..', '..');

/** Templates by the ids of their stacks: `Platform`, `CountCars`. */
export function synthesizeTemplates(deployment: ResolvedDeployment): Map<string, Template> {
  const outdir = mkdtempSync(join(tmpdir(), 'costs-'));
  try {
    const { context } = JSON.parse(readFileSync(join(PROJECT, 'cdk.json'), 'utf8'));
    const app = new App({ outdir, context: { ...context, [BUNDLING_STACKS]: [] } });
    // The machine's own platform, because its layer is already built where the emulator has run.
    const target = {
      os: platform() === 'darwin' ? 'darwin' : 'linux',
      arch: arch() === 'arm64' ? 'arm64' : 'x64',
    } as const;
    addStacks(app, deployment, { target });
    process.env.CDK_VALIDATION = 'false';
    const { stacks } = app.synth();
    return new Map(stacks.map(({ id, templateFullPath }) => [id, JSON.parse(readFileSync(templateFullPath, 'utf8'))]));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
