/**
 * Resampling weights along one axis. Each target position is the weighted sum of `count` source positions from
 * `first[target]` on; `weights[target · count + i]` sum to 1.
 */
export interface Taps {
  readonly count: number;
  readonly first: Int32Array;
  readonly weights: Float32Array;
}

/**
 * Bilinear weights between pixel centres with the edge repeated, as in OpenCV's INTER_LINEAR, with which detectors are
 * trained and exported. Where a picture is reduced more than twice, the triangles are widened until they meet, so that
 * every source pixel counts; INTER_LINEAR always uses two neighbours.
 * @param from source length, at least 1
 * @param to target length, at least 1
 */
export function bilinearTaps(from: number, to: number): Taps {
  const reduction = from / to;
  const radius = Math.max(1, reduction / 2);
  const count = Math.min(from, Math.ceil(2 * radius));
  const taps = { count, first: new Int32Array(to), weights: new Float32Array(to * count) };
  for (let target = 0; target < to; target++) {
    const centre = (target + 0.5) * reduction - 0.5;
    const first = Math.min(from - count, Math.max(0, Math.ceil(centre - radius)));
    taps.first[target] = first;
    setTriangle(taps, target, centre - first, radius);
  }
  return taps;
}

/** Sets the weights of a target to a triangle around `centre`, normalised to its part inside. */
function setTriangle({ count, weights }: Taps, target: number, centre: number, radius: number): void {
  const start = target * count;
  let sum = 0;
  for (let at = 0; at < count; at++) {
    const weight = Math.max(0, 1 - Math.abs(at - centre) / radius);
    weights[start + at] = weight;
    sum += weight;
  }
  for (let at = start; at < start + count; at++) weights[at] = (weights[at] as number) / sum;
}
