import { KEYS } from '../../functions/contract.ts';
import { StoreUnavailableError } from '../../functions/platform/objects.ts';
import { disagreementOf, type TickRecord, writeStatus } from '../../functions/records/tick-record.ts';

type Findings = TickRecord['findings'];

const event: Findings[number] = { kind: 'event', outcome: 'hold', event: 'held', by: 'Ann' };
const meanOf = (gate: 'agreement' | 'countError', sample: [number, number][]) =>
  ({ kind: 'mean', gate, outcome: 'hold', sample, things: 'pictures' }) as unknown as Findings[number];

const disagreement = (findings: Findings) => disagreementOf({ findings } as TickRecord);

test('the disagreement of a shadow is that of its gate', () => {
  const sample: [number, number][] = [
    [0, 3],
    [0.2, 1],
  ];
  const findings = [event, meanOf('countError', [[1, 1]]), meanOf('agreement', sample)];
  expect(disagreement(findings)).toBeCloseTo(0.05, 12);
});

test('there is none without pictures, or in another step', () => {
  expect(disagreement([meanOf('agreement', [])])).toBeUndefined();
  expect(disagreement([event, meanOf('countError', [[0.5, 2]])])).toBeUndefined();
});

describe('the stored status', () => {
  const OWNER = { endpoint: 'count-cars', functionName: 'cars' };
  const KEY = KEYS.status(OWNER);
  const of = (version: string, tick: number) => ({ endpoint: 'count-cars', version, tick }) as TickRecord;

  /** A bucket. */
  function bucket(fault?: Error) {
    const stored = new Map<string, unknown>();
    return {
      stored,
      findJson: async (key: string) => {
        if (fault) throw fault;
        return stored.get(key);
      },
      putJson: async (key: string, value: unknown) => void stored.set(key, value),
    };
  }

  test('is the last tick’s record, of this version or a newer one', async () => {
    const objects = bucket();
    for (const record of [of('9', 1), of('9', 2), of('10', 1)]) {
      await writeStatus(objects, OWNER, record);
      expect(objects.stored.get(KEY)).toEqual(record);
    }
  });

  test('a tick that outlives its rollout does not hide the newer one', async () => {
    const objects = bucket();
    await writeStatus(objects, OWNER, of('10', 1));
    await writeStatus(objects, OWNER, of('9', 3));
    expect(objects.stored.get(KEY)).toEqual(of('10', 1));
  });

  test('is that of the rollout that began last, whatever its version', async () => {
    const objects = bucket();
    const begun = (version: string, time: string) => ({
      ...of(version, 1),
      rollout_since: `2026-11-22T${time}:00.000Z`,
    });
    const [first, again] = [begun('10', '12:00'), begun('9', '13:00')];
    for (const record of [of('11', 1), first, again, { ...first, tick: 2 }, of('10', 3)]) {
      await writeStatus(objects, OWNER, record as TickRecord);
    }
    expect(objects.stored.get(KEY)).toEqual(again);
  });

  test('a stack that was created again writes its own, whatever version the deleted one had reached', async () => {
    const objects = bucket();
    await writeStatus(objects, { ...OWNER, functionName: 'deleted' }, of('7', 9));
    await writeStatus(objects, OWNER, of('2', 1));
    expect(objects.stored.get(KEY)).toEqual(of('2', 1));
  });

  test('a bucket that cannot be read fails the tick, which is repeated', async () => {
    const fault = new StoreUnavailableError('get', KEY);
    await expect(writeStatus(bucket(fault), OWNER, of('9', 1))).rejects.toBe(fault);
  });
});
