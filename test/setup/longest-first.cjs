/**
 * Starts the longest test files first. Jest knows durations from earlier runs only: in a clean clone it goes by the
 * size of files, and a journey that starts last leaves the other worker idle for minutes.
 */
const { join } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

const ROOT = join(__dirname, '..', '..');

/** The longest first; each takes half a minute or more. */
const LONGEST = [
  'test/journeys/crashes.long.test.ts',
  'test/journeys/rollout.long.test.ts',
  'test/journeys/rollout-faults.long.test.ts',
  'test/journeys/ci.long.test.ts',
  'test/journeys/better-model.long.test.ts',
  'test/journeys/challengers.long.test.ts',
  'test/journeys/browser.test.ts',
  'test/journeys/status.test.ts',
  'test/pages/judge-page.long.test.ts',
  'test/cli/model/add.test.ts',
  'test/journeys/uploads.test.ts',
  'test/docs/conformance.test.ts',
  'test/journeys/requests.test.ts',
].map((file) => join(ROOT, file));

module.exports = class LongestFirst extends Sequencer {
  async sort(tests) {
    const rank = ({ path }) => (LONGEST.includes(path) ? LONGEST.indexOf(path) : LONGEST.length);
    const sorted = await super.sort(tests);
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
};
