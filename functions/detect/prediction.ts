import type { RequestOptions } from '../api/options.ts';
import type { HumanRequest, Source, StoredPrediction } from '../api/schemas.ts';
import type { Invocation } from './context.ts';

/** A picture and its options, whichever way they came. */
export interface PredictionRequest {
  readonly id: string;
  readonly picture: Uint8Array;
  readonly options: RequestOptions;
  readonly source: Source;
  readonly createdAt: Date;
  readonly invocation: Invocation;
  /** @see Caller */
  readonly owner?: string | undefined;
}

/** What a model found, as stored, and the annotated picture. */
export interface ModelPrediction {
  readonly answeredBy: 'model';
  readonly result: StoredPrediction;
  readonly jpeg: Buffer;
}

/** A request that a human answers, as stored. */
export interface HumanPrediction {
  readonly answeredBy: 'human';
  readonly result: HumanRequest;
}

export type Prediction = ModelPrediction | HumanPrediction;
