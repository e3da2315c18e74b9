import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import * as ort from './onnxruntime.ts';

/** ONNX Runtime's version. A model optimized by another version may be incompatible. */
export const RUNTIME = ort.env.versions.node ?? ort.env.versions.common;

/**
 * The kind of machine that an optimized model is made for: `arm64`, `x64-avx512f`, `x64-avx2` or `x64`. On x86_64, ONNX
 * Runtime arranges weights for the widest vectors of the processor; on another processor such a model fails or gives
 * wrong results. Outside Linux, where the vectors are unknown, the processor's name is part of it.
 */
export function machineName(): string {
  if (process.arch !== 'x64') return process.arch;
  const flags = processorFlags();
  if (!flags) return `x64 ${cpus()[0]?.model ?? 'unknown'}`;
  const widest = ['avx512f', 'avx2'].find((flag) => flags.has(flag));
  return widest ? `x64-${widest}` : 'x64';
}

function processorFlags(): Set<string> | undefined {
  try {
    const line = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1];
    return line === undefined ? undefined : new Set(line.trim().split(/\s+/));
  } catch {
    return undefined;
  }
}
