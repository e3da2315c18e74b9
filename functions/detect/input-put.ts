import { KEYS } from '../contract.ts';
import type { Objects } from '../platform/objects.ts';
import { sha256Of } from '../records/fingerprint.ts';
import type { DetectContext } from './context.ts';
import type { PredictionRequest } from './prediction.ts';
import { isCaptured } from './stored-prediction.ts';

/**
 * Stores the picture of a captured HTTP request while the annotated one is drawn and encoded, because a put waits for
 * the network and for S3. Not earlier, so that pictures on which a model fails do not fill the bucket without a result.
 */
export class InputPut {
  private readonly request: PredictionRequest;
  private readonly objects: Objects;
  private readonly key: string | undefined;
  private put: Promise<void> | undefined;

  constructor(request: PredictionRequest, { objects, settings }: Pick<DetectContext, 'objects' | 'settings'>) {
    const { id, source } = request;
    this.request = request;
    this.objects = objects;
    // An upload is in the bucket.
    const isStored = source.kind === 'http' && isCaptured(id, settings.capture);
    this.key = isStored ? KEYS.input(settings.name, id) : undefined;
  }

  /** Called once the model has answered. */
  begin(): void {
    const { key, objects, request } = this;
    if (key === undefined) return;
    this.put = objects.put(key, request.picture, PICTURE_TYPE, sha256Of(request.picture));
    // Because nobody waits for it before the annotated picture is encoded.
    this.put.catch(() => {});
  }

  /** Resolves when the picture is stored, or at once where none is. @throws StoreUnavailableError */
  async stored(): Promise<void> {
    await this.put;
  }

  /** Resolves when nothing is on its way any more, so that Lambda does not freeze a put. */
  async settled(): Promise<void> {
    await this.put?.catch(() => {});
  }
}

/** Content type of the pictures that callers send: the function does not trust theirs. */
export const PICTURE_TYPE = 'application/octet-stream';
