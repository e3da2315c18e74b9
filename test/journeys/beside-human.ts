import { type Answer, pick } from './api-client.ts';
import type { RolloutLaptop } from './rollout-laptop.ts';

/** A human decides half of the pictures with the request, and half of them afterwards; then a model is rolled out. */
export async function besideHuman(laptop: RolloutLaptop, cars: readonly Uint8Array[], endpoint: string, count: number) {
  const asked: Answer[] = [];
  for (let each = 0; each < 10; each += 1) {
    asked.push(await laptop.client.post(endpoint, pick(cars, each), `?decision=${count}`));
  }
  const stranger = await laptop.client.post(endpoint, pick(cars, 0), '?model=stranger');
  await laptop.deploy((assembly) => assembly.release(endpoint, { settings: { answeredBy: 'model' } }));
  const waiting = await laptop.until(endpoint, '2', ({ step }) => step.kind === 'shadow');
  const open: Answer[] = [];
  for (let each = 0; each < 10; each += 1) open.push(await laptop.client.post(endpoint, pick(cars, 10 + each)));
  const [first] = open;
  const before = await laptop.client.get(`${endpoint}/predictions/${first?.id}`);
  for (const { id } of open) await laptop.client.decide(endpoint, id ?? '', count);
  const after = await laptop.client.get(`${endpoint}/predictions/${first?.id}`);
  const end = await laptop.finish(endpoint, '2', cars);
  return { asked, stranger, open, waiting, before, after, end, audit: await laptop.audit(endpoint, '2') };
}
