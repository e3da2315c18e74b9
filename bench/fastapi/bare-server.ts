/**
 * The library calls of a detection alone behind HTTP, for a comparison: sharp decodes the picture in the body, ONNX
 * Runtime infers a ready tensor, sharp encodes. No form, no boxes, nothing is stored: every server that makes these
 * calls takes longer.
 *
 * PACKAGE: folder of the model package. PORT and WORKERS: where it listens, and how many processes answer.
 */

import cluster from 'node:cluster';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { readManifest } from '../../functions/detection/model.ts';
import { bareCalls } from '../bare.ts';
import type { Clock } from '../clock.ts';

const { PACKAGE = '', PORT, WORKERS } = process.env;

const unmeasured: Clock<string> = async (_step, work) => work();

async function serve(): Promise<void> {
  const bare = await bareCalls(PACKAGE, await readManifest(PACKAGE), 1);
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const picture = await buffer(request);
    if (picture.length > 0) await bare(picture, unmeasured);
    response.end();
  };
  createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  }).listen(Number(PORT), '127.0.0.1');
}

if (cluster.isPrimary) for (let worker = 0; worker < Number(WORKERS); worker++) cluster.fork();
else await serve();
