/**
 * The fields of a Distributed Map that are supported.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */

import { UnsupportedError } from '../errors.ts';
import type { BatchLimits } from './item-batcher.ts';
import { type ItemSource, MOST_ITEMS } from './item-reader.ts';
import { checkPath, checkTemplate, fillTemplate, integerAt, valueAt } from './paths.ts';
import { MOST_BYTES, StateFailedError } from './task-error.ts';

type Template = Readonly<Record<string, unknown>>;

/** A Map state, as its definition has it. */
export interface MapState {
  readonly ItemReader: {
    readonly Resource: string;
    readonly ReaderConfig?: Template;
    readonly Parameters: Template;
  };
  readonly ItemBatcher: Template;
  readonly ItemProcessor: Template & { readonly ProcessorConfig?: Template };
  readonly ResultWriter: { readonly Resource: string; readonly Parameters: Template };
  readonly MaxConcurrency?: number;
  readonly MaxConcurrencyPath?: string;
  readonly ToleratedFailurePercentage?: number;
  readonly ToleratedFailurePercentagePath?: string;
  readonly Label?: string;
}

/** What a map run does, from its state and the state's input. */
export interface MapPlan {
  readonly source: ItemSource;
  readonly mostItems: number;
  readonly batch: BatchLimits;
  readonly writer: { readonly bucket: string; readonly prefix: string };
  /** 0: as many as AWS allows. */
  readonly maxConcurrency: number;
  /** 0–100. */
  readonly toleratedFailurePercentage: number;
}

/** The fields of a Map state besides those of every state. `Retry` would begin another map run: not supported. */
export const MAP_FIELDS = [
  'ItemBatcher',
  'ItemProcessor',
  'ItemReader',
  'Label',
  'MaxConcurrency',
  'MaxConcurrencyPath',
  'ResultPath',
  'ResultSelector',
  'ResultWriter',
  'ToleratedFailurePercentage',
  'ToleratedFailurePercentagePath',
] as const;

const LIST = 'arn:aws:states:::s3:listObjectsV2';
const GET = 'arn:aws:states:::s3:getObject';
const PUT = 'arn:aws:states:::s3:putObject';
const READER_CONFIG = ['CSVHeaderLocation', 'InputType', 'MaxItems', 'MaxItemsPath'];
const BATCHER = [
  'BatchInput',
  'MaxInputBytesPerBatch',
  'MaxInputBytesPerBatchPath',
  'MaxItemsPerBatch',
  'MaxItemsPerBatchPath',
];
/** Characters of a label. */
const MOST_LABEL = 40;

/** @throws UnsupportedError */
export function checkMap(name: string, state: MapState): void {
  const { ItemReader: reader, ItemBatcher: batcher, ItemProcessor: processor, ResultWriter: writer } = state;
  const { Mode, ExecutionType } = (processor?.ProcessorConfig ?? {}) as Record<string, unknown>;
  const refuse = (what: string) => new UnsupportedError(what, name);
  if (Mode !== 'DISTRIBUTED' || ExecutionType !== 'STANDARD')
    throw refuse(`A Map of ${Mode} ${ExecutionType} children`);
  if (!reader || ![LIST, GET].includes(reader.Resource)) throw refuse(`The item reader ${reader?.Resource}`);
  if (!batcher) throw refuse('A Map without an item batcher');
  const { InputType, CSVHeaderLocation: header } = reader.ReaderConfig ?? {};
  const isFile = reader.Resource === GET;
  if (isFile && InputType !== 'CSV' && InputType !== 'JSONL') throw refuse(`The items of ${InputType}`);
  if (InputType === 'CSV' && header !== 'FIRST_ROW') throw refuse(`The CSVHeaderLocation ${header}`);
  if (writer?.Resource !== PUT || 'WriterConfig' in writer) throw refuse('A Map without a result writer to S3');
  if (state.Label === undefined || state.Label.length > MOST_LABEL) throw refuse(`The label ${state.Label}`);
  const config = { ...reader.ReaderConfig };
  const other = [...keysBeyond(config, READER_CONFIG), ...keysBeyond(batcher, BATCHER)][0];
  if (other) throw refuse(`The field ${other} of a Map`);
  for (const template of [reader.Parameters, writer.Parameters, (batcher.BatchInput ?? {}) as Template])
    checkTemplate(template, name);
  for (const [field, path] of Object.entries({ ...config, ...batcher, ...state }))
    if (/(Concurrency|Percentage|Items|Batch)Path$/.test(field)) checkPath(field, String(path), name);
}

function keysBeyond(fields: object, supported: readonly string[]): string[] {
  return Object.keys(fields).filter((key) => !supported.includes(key));
}

/** @throws StateFailedError `States.Runtime` for values of the input that are out of range */
export function planOf(name: string, state: MapState, input: unknown): MapPlan {
  const { ItemReader: reader, ItemBatcher: batcher, ResultWriter } = state;
  const config = reader.ReaderConfig ?? {};
  const number = (fields: Template, field: string, [least, most]: readonly [number, number]) =>
    numberOf({ fields, field, least, most, where: name }, input);
  const items = number(batcher, 'MaxItemsPerBatch', [1, MOST_ITEMS]);
  const bytes = number(batcher, 'MaxInputBytesPerBatch', [1, MOST_BYTES]);
  if (items === undefined && bytes === undefined)
    throw new StateFailedError('States.Runtime', `Expected a limit of items or bytes for ItemBatcher of ${name}`);
  const { Bucket, Prefix = '' } = fillTemplate(ResultWriter.Parameters, input, name);
  const fixed =
    batcher.BatchInput === undefined ? {} : { input: fillTemplate(batcher.BatchInput as Template, input, name) };
  return {
    source: sourceOf(reader, fillTemplate(reader.Parameters, input, name)),
    mostItems: number(config, 'MaxItems', [1, MOST_ITEMS]) ?? MOST_ITEMS,
    batch: {
      ...(items !== undefined && { items }),
      ...(bytes !== undefined && { bytes }),
      ...fixed,
    },
    writer: { bucket: String(Bucket), prefix: String(Prefix) },
    maxConcurrency: number(state as unknown as Template, 'MaxConcurrency', [0, Number.MAX_SAFE_INTEGER]) ?? 0,
    toleratedFailurePercentage: percentOf(name, state, input),
  };
}

function sourceOf({ Resource, ReaderConfig = {} }: MapState['ItemReader'], parameters: Template): ItemSource {
  const kind = Resource === LIST ? 'list' : ReaderConfig.InputType === 'CSV' ? 'csv' : 'jsonl';
  return { kind, ...parameters } as unknown as ItemSource;
}

interface NumberField {
  readonly fields: Template;
  readonly field: string;
  readonly least: number;
  readonly most: number;
  readonly where: string;
}

/** A number of the definition, or of the input by its path; undefined where there is neither. */
function numberOf({ fields, field, least, most, where }: NumberField, input: unknown): number | undefined {
  const path = fields[`${field}Path`];
  if (fields[field] === undefined && path === undefined) return undefined;
  const value = path === undefined ? Number(fields[field]) : integerAt(String(path), input, least, where);
  if (value >= least && value <= most) return value;
  throw new StateFailedError('States.Runtime', `Expected ${least}–${most} for ${field} of ${where}, received ${value}`);
}

function percentOf(name: string, state: MapState, input: unknown): number {
  const path = state.ToleratedFailurePercentagePath;
  const value = path === undefined ? (state.ToleratedFailurePercentage ?? 0) : valueAt(path, input);
  if (typeof value === 'number' && value >= 0 && value <= 100) return value;
  const message = `Expected 0–100 for ToleratedFailurePercentage of ${name}, received ${value}`;
  throw new StateFailedError('States.Runtime', message);
}
