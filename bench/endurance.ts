/**
 * Memory of a laptop of its own over many requests: mixed ones, one in ten refused. Samples the main process and that
 * of the function after a garbage collection, and compares the last with the first.
 */

import { type Retained, retainedBy } from './hostile/retained.ts';
import { type BenchLaptop, startLaptop } from './laptop.ts';
import { benchPicture } from './pictures.ts';
import { untilAdmitted } from './throttled.ts';
import { workerOf } from './whole.ts';

/** Memory of both processes after so many requests. */
export interface EnduranceSample {
  readonly requests: number;
  /** Since the sample before. */
  readonly perSecond: number;
  readonly laptop: Retained;
  readonly function: Retained;
}

interface MixedRequest {
  readonly name: string;
  readonly query?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer> | FormData;
  readonly status: number;
}

/** Most that the last sample may be above the first, percent. */
const MAX_PERCENT = 10;
/** Requests between two samples; fewer for a shorter run, which has at least six samples. */
const EVERY = 5000;
const ENDPOINT = 'count-cars';

/** Sends the requests one after another. @param onSample called for each sample when it is taken */
export async function measureEndurance(
  requests: number,
  onSample: (sample: EnduranceSample) => void,
): Promise<EnduranceSample[]> {
  await using laptop = await startLaptop();
  const mixed = await mixedRequests();
  const worker = await workerOf(laptop, () => send(laptop, mixed[0] as MixedRequest));
  const every = Math.min(EVERY, Math.ceil(requests / 6));
  const samples: EnduranceSample[] = [];
  let begin = performance.now();
  for (let sent = 1; sent <= requests; sent++) {
    await send(laptop, mixed[sent % mixed.length] as MixedRequest);
    if (sent % every !== 0) continue;
    const perSecond = (1000 * every) / (performance.now() - begin);
    const [main, own] = [await retainedBy(laptop.pid), await retainedBy(worker)];
    const sample = { requests: sent, perSecond, laptop: main, function: own };
    samples.push(sample);
    onSample(sample);
    begin = performance.now();
  }
  return samples;
}

/** Ten requests. */
async function mixedRequests(): Promise<MixedRequest[]> {
  const pictures = await Promise.all([benchPicture(320, 240), benchPicture(240, 320)]);
  const [wide, tall] = pictures.map(({ jpeg }) => new Uint8Array(jpeg)) as [
    Uint8Array<ArrayBuffer>,
    Uint8Array<ArrayBuffer>,
  ];
  const form = new FormData();
  form.append('file', new Blob([wide], { type: 'image/jpeg' }), 'cars.jpg');
  const json = Buffer.from(JSON.stringify({ image: Buffer.from(tall).toString('base64') }));
  const typed = (type: string, accept: string) => ({ 'content-type': type, accept });
  const [jpeg, answers] = ['image/jpeg', 'application/json'];
  const accepted: Omit<MixedRequest, 'status'>[] = [
    { name: 'wide', headers: typed(jpeg, answers), body: wide },
    { name: 'tall', headers: typed(jpeg, answers), body: tall },
    { name: 'confidence', query: '?confidence=0.1', headers: typed(jpeg, answers), body: wide },
    { name: 'iou', query: '?iou=0.7', headers: typed(jpeg, answers), body: tall },
    { name: 'form', headers: { accept: answers }, body: form },
    { name: 'JSON', headers: typed('application/json', answers), body: new Uint8Array(json) },
    { name: 'picture of wide', headers: typed(jpeg, 'image/jpeg'), body: wide },
    { name: 'picture of tall', headers: typed(jpeg, 'image/jpeg'), body: tall },
    { name: 'any answer', headers: typed(jpeg, '*/*'), body: tall },
  ];
  const refused = { name: 'half a picture', headers: typed(jpeg, answers), body: wide.slice(0, wide.length >> 1) };
  return [...accepted.map((each) => ({ ...each, status: 200 })), { ...refused, status: 422 }];
}

async function send({ url }: BenchLaptop, { name, query = '', headers, body, status }: MixedRequest): Promise<void> {
  const received = await untilAdmitted(async () => {
    const response = await fetch(`${url}/${ENDPOINT}${query}`, { method: 'POST', headers, body });
    return { status: response.status, content: Buffer.from(await response.arrayBuffer()) };
  });
  if (received.status === status) return;
  const content = received.content.subarray(0, 500);
  throw new Error(`Expected status ${status} for ${name}, received ${received.status}: ${content}`);
}

/** A sample in words. */
export function sampleInWords({ requests, perSecond, laptop, function: own }: EnduranceSample): string {
  const of = ({ resident, heap, external }: Retained) =>
    `${mb(resident)} MB resident, ${mb(heap + external)} MB kept`.padEnd(38);
  return `${String(requests).padStart(6)}  ${perSecond.toFixed(1)}/s  laptop ${of(laptop)}  function ${of(own)}\n`;
}

/** Growth of each process from the first sample to the last in words, and whether it is within the limit. */
export function growthOf(samples: readonly EnduranceSample[]): { readonly words: string; readonly isWithin: boolean } {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) throw new Error('Expected a sample, received none');
  const grown = (of: 'laptop' | 'function') => (100 * (last[of].resident - first[of].resident)) / first[of].resident;
  const growths = [grown('laptop'), grown('function')];
  const [main, own] = growths.map((growth) => `${growth < 0 ? '−' : '+'}${Math.abs(growth).toFixed(1)} %`);
  const range = `From ${first.requests} to ${last.requests} requests`;
  const words = `${range}: laptop ${main}, function ${own} resident memory.\n`;
  return { words, isWithin: growths.every((growth) => growth <= MAX_PERCENT) };
}

function mb(kilobytes: number): string {
  return (kilobytes / 1024).toFixed(1);
}
