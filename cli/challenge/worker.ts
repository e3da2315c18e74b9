/** Answers pictures with all variants in a separate process. Decodes each picture once, and infers once per package. */

import { readFile } from 'node:fs/promises';
import { decode, type Picture } from '../../functions/detection/decode.ts';
import { decodedSide, detectionsOf, inferIn } from '../../functions/detection/detect.ts';
import { DetectInputError, ModelOutputError } from '../../functions/detection/errors.ts';
import { loadModel, type Model } from '../../functions/detection/model.ts';
import { resolveOptions, type Settings } from '../../functions/detection/options.ts';
import { free } from '../../functions/detection/raster.ts';
import type { LoadMessage, PackageWork, PictureMessage, VariantAnswer, WorkerMessage } from './protocol.ts';

interface Loaded {
  readonly model: Model;
  readonly variants: readonly Settings[];
}

let loaded: readonly Loaded[] = [];

process.once('disconnect', () => process.exit());
// Because Ctrl-C reaches this process, too: the one that started it ends it.
process.on('SIGINT', () => {});
process.on('message', (message: LoadMessage | PictureMessage) => {
  const work = message.kind === 'load' ? load(message.packages) : answer(message.path);
  // With a callback, because the process that started this one may have ended.
  work.catch(failed).then((reply) => process.send?.(reply, () => {}));
});

async function load(packages: readonly PackageWork[]): Promise<WorkerMessage> {
  loaded = await Promise.all(
    packages.map(async ({ folder, variants }) => {
      const model = await loadModel(folder);
      return { model, variants: variants.map((options) => resolveOptions(model.manifest, options)) };
    }),
  );
  return { kind: 'loaded' };
}

function failed({ name, message }: Error): WorkerMessage {
  return { kind: 'failed', name, message };
}

async function answer(path: string): Promise<WorkerMessage> {
  const bytes = await readFile(path);
  const answers: VariantAnswer[] = [];
  try {
    const decoded = new Decoded(bytes);
    for (const each of loaded) answers.push(...(await answerWith(each, decoded)));
    decoded.free();
  } catch (error) {
    if (!(error instanceof DetectInputError)) throw error;
    return { kind: 'refused', reason: error.message };
  }
  return { kind: 'answered', answers };
}

/** A picture, decoded once for each size that models need: nearly always one. */
class Decoded {
  private readonly bytes: Uint8Array;
  private readonly pictures = new Map<number, { readonly picture: Picture; readonly ms: number }>();

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The picture and the milliseconds of its decoding. */
  async at(side: number, settings: Settings): Promise<{ readonly picture: Picture; readonly ms: number }> {
    const known = this.pictures.get(side);
    if (known) return known;
    const start = performance.now();
    const picture = await decode(this.bytes, { ...settings, side });
    const entry = { picture, ms: performance.now() - start };
    this.pictures.set(side, entry);
    return entry;
  }

  free(): void {
    for (const { picture } of this.pictures.values()) free(picture);
  }
}

async function answerWith({ model, variants }: Loaded, decoded: Decoded): Promise<VariantAnswer[]> {
  const [first] = variants as readonly [Settings];
  const { picture, ms } = await decoded.at(decodedSide(model.manifest), first);
  const start = performance.now();
  const before = () => ms + performance.now() - start;
  try {
    const inferred = await inferIn(model, picture);
    const shared = before();
    return variants.map((settings) => {
      const begun = performance.now();
      const found = detectionsOf(model.manifest, inferred, settings);
      const ms = shared + performance.now() - begun;
      const detections = found.map(({ label, confidence, box }) => ({ label, confidence, box }));
      return { count: found.length, ms, detections };
    });
  } catch (error) {
    if (!(error instanceof ModelOutputError)) throw error;
    const { message } = error;
    return variants.map(() => ({ failure: message, ms: before() }));
  }
}
