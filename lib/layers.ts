/** The runtime layer: native packages for the functions' processor. */

import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { buildLayer, type Target } from '../layers/runtime/build.ts';

/** A layer of the pruned native packages for `target`, built first when there is none. */
export function runtimeLayer(scope: Construct, id: string, target: Target): LayerVersion {
  return new LayerVersion(scope, id, {
    code: Code.fromAsset(buildLayer(target)),
    description: `onnxruntime-node and sharp for ${target.os}-${target.arch}`,
    compatibleRuntimes: [Runtime.NODEJS_24_X],
    compatibleArchitectures: [target.arch === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64],
  });
}
