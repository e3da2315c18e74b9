/** Deployments that fail on purpose, to test the answers for failures. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A wrapper of a function that fails as the request header `x-fault` says. */
export const FAULTY = `
const http = require('node:http');
const { handler } = require('./sound.js');
const { request } = http;
let cut = false;
const isForBucket = ({ path }) => String(path).startsWith('/' + process.env.BUCKET_NAME);
// Because nothing listens on port 1, S3 seems unavailable.
http.request = (options, ...rest) => request(cut && isForBucket(options) ? { ...options, port: 1 } : options, ...rest);
// So that cached data is out of date.
const now = performance.now.bind(performance);
performance.now = () => now() + (cut ? 60_000 : 0);
// It throws once, so that the error can be handled.
const bug = (event) => {
  let thrown = false;
  return new Proxy(event, {
    get: (target, key) => {
      if (key !== 'routeKey' || thrown) return target[key];
      thrown = true;
      throw new TypeError('a bug');
    },
  });
};
exports.handler = async (event, context) => {
  const fault = event.headers?.['x-fault'];
  if (fault === 'crash') throw new Error('broken');
  if (fault === 'bug') return handler(bug(event), context);
  cut = fault === 'store';
  try {
    return await handler(event, context);
  } finally {
    cut = false;
  }
};
`;

interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>;
}

/** Changes an assembly: no function has concurrency, and each route allows one request before throttling. */
export function shut(folder: string): void {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.template.json'))) {
    const file = join(folder, name);
    const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
    for (const { Type, Properties } of Object.values(template.Resources)) {
      if (Type === 'AWS::Lambda::Function') Properties.ReservedConcurrentExecutions = 0;
      if (Type === 'AWS::ApiGatewayV2::Stage')
        Properties.DefaultRouteSettings = { ThrottlingBurstLimit: 1, ThrottlingRateLimit: 0.001 };
    }
    writeFileSync(file, JSON.stringify(template));
  }
}
