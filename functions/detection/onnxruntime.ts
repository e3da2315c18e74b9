/** ONNX Runtime. Imported from here only, so that it is quiet wherever it is used. */

import './no-telemetry.ts';

export * from 'onnxruntime-node';
