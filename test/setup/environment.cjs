/**
 * Jest runs tests in a realm with its own typed arrays. Because native modules (onnxruntime-node, sharp) accept only
 * those of the outer realm, this environment shares them with the tests.
 */
const { TestEnvironment } = require('jest-environment-node');

const SHARED = [
  'ArrayBuffer',
  'SharedArrayBuffer',
  'Buffer',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int8Array',
  'Uint16Array',
  'Int16Array',
  'Uint32Array',
  'Int32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float16Array',
  'DataView',
];

module.exports = class NativeFriendlyEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const name of SHARED) if (globalThis[name]) this.global[name] = globalThis[name];
  }
};
