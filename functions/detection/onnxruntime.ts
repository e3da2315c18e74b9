/** ONNX Runtime. Imported from here only, so that its telemetry is disabled everywhere. */

import './no-telemetry.ts';

export * from 'onnxruntime-node';
