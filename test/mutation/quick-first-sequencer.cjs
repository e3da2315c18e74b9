const { default: Sequencer } = require('@jest/test-sequencer');

/** Those that meet the whole core, and take the longest. */
const LAST = ['check-plan', 'decide', 'shadow', 'steps'];

/** Quick tests first: they kill most mutants. */
module.exports = class QuickFirst extends Sequencer {
  sort(tests) {
    const late = ({ path }) => LAST.some((name) => path.endsWith(`/${name}.test.ts`));
    return [...tests].sort((a, b) => late(a) - late(b) || a.path.localeCompare(b.path));
  }
};
