/**
 * ONNX Runtime's own build from 1.30 on reports its use to its makers (`mobile.events.data.microsoft.com`) and leaves `mat-debug-*.log` files,
 * unless this is set before it loads. A function or a laptop tells nobody whom nobody asked to tell.
 */
process.env.ORT_DISABLE_TELEMETRY = '1';
