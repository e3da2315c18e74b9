/** Answers of a comparison on disk, so that one that was stopped goes on with them. */

import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import type { Manifest } from '../../functions/detection/manifest.ts';
import type { Runnable, VariantAnswer } from './answer.ts';

const box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
const answerSchema = z.object({
  count: z.number().exactOptional(),
  failure: z.string().exactOptional(),
  ms: z.number(),
  detections: z.array(z.object({ label: z.string(), confidence: z.number(), box })).exactOptional(),
});
const entrySchema = z.union([
  z.object({ picture: z.string(), answers: z.array(answerSchema) }),
  z.object({ picture: z.string(), refused: z.string() }),
]);

/** The answers of all variants to one picture, or why no variant can answer it. */
export type KnownAnswer = { readonly answers: readonly VariantAnswer[] } | { readonly refused: string };

/** Everything of a variant on which its answers depend: the manifest has the SHA-256 of the weights. */
export interface AnsweringVariant extends Pick<Runnable, 'options'> {
  readonly manifest: Manifest;
}

/** One line for each picture. The first line identifies the variants: with others, the file begins anew. */
export class AnswersFile {
  private readonly known = new Map<string, KnownAnswer>();
  private readonly path: string;

  /** Reads the file, or begins it. */
  constructor(path: string, variants: readonly AnsweringVariant[]) {
    this.path = path;
    const header = JSON.stringify({ variants: createHash('sha256').update(JSON.stringify(variants)).digest('hex') });
    const [first, ...lines] = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
    if (first === header) for (const line of lines) this.read(line);
    mkdirSync(dirname(path), { recursive: true });
    // Also because the last line can be cut off.
    const kept = [...this.known].map(([picture, answer]) => JSON.stringify({ picture, ...answer }));
    writeFileSync(path, `${[header, ...kept].join('\n')}\n`);
  }

  private read(line: string): void {
    try {
      const { picture, ...answer } = entrySchema.parse(JSON.parse(line));
      this.known.set(picture, answer);
    } catch {
      // A line that was not written to its end is answered again.
    }
  }

  /** The answer to a picture, by the SHA-256 of its bytes. */
  find(picture: string): KnownAnswer | undefined {
    return this.known.get(picture);
  }

  /** At once, so that it is kept when the process is killed. */
  add(picture: string, answer: KnownAnswer): void {
    this.known.set(picture, answer);
    appendFileSync(this.path, `${JSON.stringify({ picture, ...answer })}\n`);
  }

  /** After the comparison. */
  remove(): void {
    rmSync(this.path, { force: true });
  }
}
