/** The runtime layer: native packages for the functions' processor. */

import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { buildLayer, type Target } from '../layers/runtime/build.ts';

/**
 * A layer with the native packages for `target`; builds it first when it is missing.
 *
 * Each endpoint has its own layer version, though they share the asset: with one in the platform's stack, a new
 * onnxruntime would reach all endpoints in the same deployment.
 */
export function runtimeLayer(scope: Construct, id: string, target: Target): LayerVersion {
  return new LayerVersion(scope, id, {
    code: Code.fromAsset(buildLayer(target)),
    description: `onnxruntime-node and sharp for ${target.os}-${target.arch}`,
    compatibleRuntimes: [Runtime.NODEJS_24_X],
    compatibleArchitectures: [lambdaArchitecture(target)],
  });
}

/** The processor of a platform as Lambda names it. */
export function lambdaArchitecture({ arch }: Target): Architecture {
  return arch === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64;
}
