/**
 * Disables the telemetry of ONNX Runtime, which must happen before the native module loads. From 1.30 on, its builds
 * report usage to `mobile.events.data.microsoft.com` and write `mat-debug-*.log` files by default.
 */
process.env.ORT_DISABLE_TELEMETRY = '1';
