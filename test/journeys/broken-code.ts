/** Code that is put around a sound function's own (`sound.js` beside it), in its place. */

/** Every `nth` HTTP request of a process is not answered: the handler throws. Replays and golden pictures are. */
export function failingEvery(nth: number): string {
  return `
const { handler } = require('./sound.js');
let requests = 0;
exports.handler = async (event, context) => {
  if ('routeKey' in event && ++requests % ${nth} === 0) throw new Error('broken');
  return handler(event, context);
};
`;
}

/** Every `nth` HTTP request of a process is never answered. Replays and golden pictures are. */
export function hangingEvery(nth: number): string {
  return `
const { handler } = require('./sound.js');
let requests = 0;
exports.handler = (event, context) =>
  'routeKey' in event && ++requests % ${nth} === 0 ? new Promise(() => {}) : handler(event, context);
`;
}

/** Every HTTP request is rejected, as if its picture were no picture. Replays and golden pictures are answered. */
export const REJECTING = `
const { handler } = require('./sound.js');
const body = Buffer.from('no picture').toString('base64');
exports.handler = (event, context) =>
  handler('routeKey' in event ? { ...event, body, isBase64Encoded: true } : event, context);
`;

/** The process is killed when it fetches a picture whose key contains `deadly`, as by a crash of a native library. */
export const KILLED_BY_ONE_PICTURE = `
const http = require('node:http');
const { request } = http;
http.request = (...args) => {
  if (args[0].method === 'GET' && String(args[0].path).includes('deadly')) process.kill(process.pid, 'SIGKILL');
  return request(...args);
};
exports.handler = require('./sound.js').handler;
`;

/**
 * A controller that is killed twice in every tick: right after it moved the alias (if it does), and after everything
 * was done and recorded, but before it answers the state machine. The attempts are recorded beside the code, one file
 * for each tick.
 */
export const KILLED_TICKS = `
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const http = require('node:http');
const { request } = http;
const { handler } = require('./sound.js');
let die = () => {};
http.request = (...args) => {
  const sent = request(...args);
  if (args[0].method === 'PUT' && String(args[0].path).includes('/aliases/'))
    sent.prependOnceListener('response', () => die('moved'));
  return sent;
};
exports.handler = async (event, context) => {
  if (event.kind !== 'tick') return handler(event, context);
  const file = __dirname + '/' + event.execution + '-' + event.rollout.ticks + '.attempts';
  const attempts = existsSync(file) ? readFileSync(file, 'utf8').split(' ').length : 0;
  const kill = (when) => {
    appendFileSync(file, (attempts === 0 ? '' : ' ') + when);
    process.kill(process.pid, 'SIGKILL');
  };
  die = attempts < 2 ? kill : () => {};
  const answer = await handler(event, context);
  if (attempts < 2) kill('end');
  appendFileSync(file, ' answered');
  return answer;
};
`;

/** Nothing can be asked of it. */
export const CRASHING = `throw new Error('a library that does not load');\n`;

/** Expressions for `changingDetections`; `index` counts on over all pictures. */
export const EVERYTHING_TWICE = '[detection, detection]';
export const MISSING_ONE_IN_THREE = 'index % 3 === 0 ? [] : [detection]';

/**
 * A function that sees otherwise.
 * @param instead expression of what becomes of each `detection`, the `index`th of the process: a list
 * @param golden whether the golden pictures show it
 */
export function changingDetections(instead: string, { golden }: { golden: boolean }): string {
  return `
const { handler } = require('./sound.js');
let index = 0;
const change = (detections) => detections.flatMap((detection) => { index += 1; return ${instead}; });
exports.handler = async (event, context) => {
  const answer = await handler(event, context);
  if (event.kind === 'golden' && ${golden})
    for (const finding of answer.findings) finding.found = change(finding.found);
  if (event.kind === 'replay' && answer.detections) answer.detections = change(answer.detections);
  if ('routeKey' in event && answer.statusCode === 200) {
    const body = JSON.parse(answer.body);
    const detections = body.detections && change(body.detections);
    if (detections) answer.body = JSON.stringify({ ...body, detections, count: detections.length });
  }
  return answer;
};
`;
}

/** \`around\`: statements that run the model by \`infer(...args)\` and return what it gives. */
function aroundModel(around: string): string {
  return `
const { InferenceSession } = require('onnxruntime-node');
const { create } = InferenceSession;
let isGolden = false;
InferenceSession.create = async (...given) => {
  const session = await create.apply(InferenceSession, given);
  const infer = session.run.bind(session);
  session.run = async (...args) => { ${around} };
  return session;
};
const { handler } = require('./sound.js');
exports.handler = async (event, context) => {
  isGolden = event.kind === 'golden';
  return handler(event, context);
};
`;
}

/** The model takes four times as long. It is most of an answer's time, so an answer takes about three times as long. */
export const SLOW_MODEL = aroundModel(`
    const start = performance.now();
    const outputs = await infer(...args);
    await new Promise((resolve) => setTimeout(resolve, 3 * (performance.now() - start)));
    return outputs;`);

/** A picture with an upper edge that is all black kills the process, as a crash of a native library does. */
export const KILLED_BY_BLACK = aroundModel(`
    const [{ data }] = Object.values(args[0]);
    const edge = data.subarray(0, data.length / 24);
    if (edge.every((value) => value === 0)) process.kill(process.pid, 'SIGKILL');
    return infer(...args);`);

/** The tensor has values from 0 to 1, where the model expects 0 to 255. */
export const PIXELS_FROM_0_TO_1 = aroundModel(`
    const [{ data }] = Object.values(args[0]);
    if (!isGolden) for (let index = 0; index < data.length; index++) data[index] /= 255;
    return infer(...args);`);
