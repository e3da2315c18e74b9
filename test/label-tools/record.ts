/** Sends 60 pictures to the emulator, and stores a comparison with version 2 for every second one. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { Random } from '../../bench/simulation/random.ts';
import { connect } from '../../cli/rollout/connection.ts';
import { type DeployedEndpoint, findEndpoint } from '../../cli/rollout/deployed-endpoint.ts';
import type { StoredPrediction } from '../../functions/api/schemas.ts';
import { KEYS } from '../../functions/contract.ts';
import { compare } from '../../functions/judge/agreement.ts';

const PICTURES = 60;
/** Opacity of 255: the veil changes the luminance of a cell, and hides no object. */
const VEIL = 140;
const GOLDEN = join(import.meta.dirname, '../../models/counter-nano/golden');
const [, , home = ''] = process.argv;
const random = new Random(7);

const deployed = await findEndpoint(connect({ local: true, home }), 'fuzzed', 'count-cars');
for (let index = 0; index < PICTURES; index++) await record(index);

async function record(index: number): Promise<void> {
  const picture = await differentPicture(index);
  const answer = await fetch(`${deployed.api}/count-cars`, {
    method: 'POST',
    headers: { 'content-type': 'image/jpeg' },
    body: new Uint8Array(picture),
  });
  const { id } = (await answer.json()) as { id?: string };
  if (id === undefined) throw new Error(`Expected an answer, received ${answer.status}`);
  if (index % 2 === 0) await storeComparison(deployed, id);
}

/** A golden picture under a veil of 8 × 8 shades, so that each is of another scene. */
async function differentPicture(index: number): Promise<Buffer> {
  const name = index % 6 === 0 ? 'empty-road.jpg' : 'cars.jpg';
  const picture = sharp(await readFile(join(GOLDEN, name))).flop(random.chance(0.5));
  const { width, height } = await picture.metadata();
  const shades = Buffer.from(Array.from({ length: 64 }, () => [random.below(256), VEIL]).flat());
  const raw = { width: 8, height: 8, channels: 2 as const };
  const veil = await sharp(shades, { raw }).resize(width, height, { fit: 'fill' }).png().toBuffer();
  return picture
    .composite([{ input: veil }])
    .jpeg()
    .toBuffer();
}

/** As a shadow would: version 2 finds the objects a little beside, and one more. */
async function storeComparison({ objects, functionName }: DeployedEndpoint, id: string): Promise<void> {
  const result = (await objects.getJson(KEYS.result('count-cars', id))) as StoredPrediction;
  const { width, height } = result.image;
  const beside = result.detections.map(({ label, confidence, box }) => {
    return { label, confidence: confidence * 0.9, box: { ...box, width: box.width * 0.9 } };
  });
  const own = { label: 'car', confidence: 0.5, box: { x: 0, y: 0, width: width / 10, height: height / 10 } };
  const detections = [...beside, own];
  const comparison = compare(result.detections, detections);
  const folder = `${KEYS.rollouts('count-cars')}${functionName}/v2-test/`;
  await objects.putJson(KEYS.comparison(folder, id), {
    ...{ id, compared_at: new Date().toISOString(), candidate_version: '2', input: KEYS.input('count-cars', id) },
    baseline: { kind: 'live', version: '1', detections: result.detections },
    candidate: { ok: true, answer: { status: 'done', function_version: '2', detections, timing_ms: {} } },
    score: {
      status: 'done',
      objects: { baseline: result.detections.length, candidate: detections.length },
      countError: 0,
      comparison,
    },
  });
}
