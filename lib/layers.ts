/** The runtime layer: native packages for the functions' processor. */

import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { buildLayer, type Target } from '../layers/runtime/build.ts';

/**
 * A layer of the pruned native packages for `target`, built first when there is none.
 *
 * Each endpoint has its own version of it, though they share the asset: in the platform's stack, a new onnxruntime would
 * reach all endpoints in the same deployment.
 */
export function runtimeLayer(scope: Construct, id: string, target: Target): LayerVersion {
  return new LayerVersion(scope, id, {
    code: Code.fromAsset(buildLayer(target)),
    description: `onnxruntime-node and sharp for ${target.os}-${target.arch}`,
    compatibleRuntimes: [Runtime.NODEJS_24_X],
    compatibleArchitectures: [lambdaArchitecture(target)],
  });
}

/** Lambda's name of a platform's processor. */
export function lambdaArchitecture({ arch }: Target): Architecture {
  return arch === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64;
}
