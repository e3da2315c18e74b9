import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import * as ort from './onnxruntime.ts';

/** ONNX Runtime's version: what another version optimized may mean something else to it. */
export const RUNTIME = ort.env.versions.node ?? ort.env.versions.common;

/**
 * What an optimized model is bound to: on x86_64 ONNX Runtime lays weights out for the widest vectors that the processor has, and
 * a model that was laid out for others does not run, or runs wrongly. `arm64`, `x64-avx512f`, `x64-avx2`, `x64`; where the processor
 * cannot be asked (not Linux), its own name.
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
