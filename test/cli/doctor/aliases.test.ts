import { aliasFault } from '../../../cli/doctor/checks/aliases.ts';
import type { Reading } from '../../../functions/standing/standing.ts';
import { execution, live, reading, record } from '../../standing/readings.ts';

const VERSIONS = ['1', '2', '3', '4'];
const ended = { ...reading, record: { ...record, status: 'done' as const }, execution };
const at = (version: string, note: Reading['live']['note'] = live.note) => ({
  routing: { version },
  revision: 'r',
  ...(note && { note }),
});

function fault(changes: Partial<Reading>, versions = VERSIONS): unknown[] | undefined {
  const found = aliasFault({ isLocal: false }, { ...reading, ...changes }, versions);
  return found && [found.outcome, found.words, 'remedy' in found ? found.remedy : ''];
}

test('a canary of the running rollout agrees, and so does the end of one', () => {
  expect(fault({})).toBeUndefined();
  expect(fault({ ...ended, live: at('4') })).toBeUndefined();
});

test('an alias as CloudFormation made it agrees', () => {
  const { execution: _, record: __, ...without } = reading;
  const first = { ...without, newest: '1', live: { routing: { version: '1' }, revision: 'r' } };
  expect(aliasFault({ isLocal: false }, first, ['1'])).toBeUndefined();
});

const ROLLBACK = 'npm run rollout -- rollback count-cars';

test.each<[string, Partial<Reading>, string[], unknown[]]>([
  [
    'candidate is not the newest version',
    { newest: '3' },
    VERSIONS,
    ['failed', 'candidate is version 3, the newest version is 4', 'npm run deploy'],
  ],
  [
    'a share without a rollout',
    { ...ended, live },
    VERSIONS,
    ['failed', 'version 3: 90 %, version 4: 10 %, and no rollout observes it', ROLLBACK],
  ],
  [
    'a version that is not of the rollout',
    { live: at('2') },
    VERSIONS,
    ['failed', 'version 2: 100 %, but the running rollout takes version 3 to 4', ROLLBACK],
  ],
  [
    'moved by hand, without a note',
    { ...ended, live: { routing: { version: '4' }, revision: 'r' } },
    VERSIONS,
    [
      'warning',
      'live was moved by hand, to version 4: no version for a rollback is recorded',
      `name one when you need it: ${ROLLBACK} --to <version>`,
    ],
  ],
  [
    'moved by hand, under the note of a rollout',
    { ...ended, live: { ...at('2'), movedByHand: true } },
    VERSIONS,
    [
      'warning',
      'live was moved by hand, to version 2: no version for a rollback is recorded',
      `name one when you need it: ${ROLLBACK} --to <version>`,
    ],
  ],
  [
    'the version of the note is gone',
    { ...ended, live: at('4', { by: 'rollout', at: '', previous: '2' }) },
    ['1', '3', '4'],
    [
      'warning',
      'the version before the live one, 2, was deleted: a rollback of count-cars has no target',
      `name one when you need it: ${ROLLBACK} --to <version>`,
    ],
  ],
])('%s', (_, changes, versions, expected) => {
  expect(fault(changes, versions)).toEqual(expected);
});

test('remedies for the emulator say so', () => {
  const found = aliasFault({ isLocal: true }, { ...ended, live } as Reading, VERSIONS);
  expect(found).toMatchObject({ remedy: `${ROLLBACK} --local` });
});
