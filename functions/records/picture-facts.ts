import type { StoredResult } from '../api/schemas.ts';
import type { PictureFacts } from '../drift/features.ts';
import { callerOf } from './caller.ts';

/** What the drift monitor reads of a stored result; undefined where a human answers. */
export function pictureFactsOf(result: StoredResult): PictureFacts | undefined {
  const caller = callerOf(result);
  const sent = { time: Date.parse(result.created_at), ...(caller !== undefined && { caller }) };
  if (result.status === 'human') return undefined;
  if (result.status === 'rejected') return sent;
  const { image, fingerprint, measures, detections } = result;
  const luminance = fingerprint?.luminance;
  return {
    ...sent,
    image,
    ...(luminance !== undefined && { luminance }),
    ...(measures && { measures }),
    detections,
  };
}
