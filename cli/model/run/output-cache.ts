import type { Model } from '../../../functions/detection/model.ts';

/** Outputs of earlier inferences by a key for what the model was fed. */
export type OutputCache = Map<string, Awaited<ReturnType<Model['infer']>>>;

/** The model for one input only: it infers at the first call and returns the cached outputs at later ones. */
export function withCachedOutputs(model: Model, cache: OutputCache, key: string): Model {
  const infer: Model['infer'] = async (tensor) => {
    const outputs = cache.get(key) ?? (await model.infer(tensor));
    cache.set(key, outputs);
    return outputs;
  };
  return { ...model, infer };
}
