/**
 * Input tensors between requests. A new one for each request (2 MB at 416 × 416) would cause a long garbage collection
 * every few requests. One of each length is kept, so memory stays bounded, and concurrent requests never share one.
 */
const spare = new Map<number, Float32Array>();

/** A tensor of this length with the values of its last use. It belongs to the caller until it is returned. */
export function takeTensor(length: number): Float32Array {
  const tensor = spare.get(length);
  spare.delete(length);
  return tensor ?? new Float32Array(length);
}

/** Returns a tensor for the next request. A tensor that is never returned (a failed request) is garbage-collected. */
export function returnTensor(tensor: Float32Array): void {
  spare.set(tensor.length, tensor);
}
