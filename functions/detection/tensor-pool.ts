/**
 * Input tensors between requests. A fresh one for each (2 MB at 416 × 416) would make the garbage collector stop the world every few
 * requests; one of each length is kept, so memory stays bounded and requests that overlap never share.
 */
const spare = new Map<number, Float32Array>();

/** A tensor of a length, its values left from whatever used it before. It is the caller's alone until it is returned. */
export function takeTensor(length: number): Float32Array {
  const tensor = spare.get(length);
  spare.delete(length);
  return tensor ?? new Float32Array(length);
}

/** Gives a tensor back for the next request. One that is not given back (a request that failed) is simply collected. */
export function returnTensor(tensor: Float32Array): void {
  spare.set(tensor.length, tensor);
}
