import { MARKER, merged, type Row, rowInText, tableInMarkdown, verdictOf } from '../../../cli/ci/check/row.ts';

const BASE = '0123456789abcdef0123456789abcdef01234567';
const passed: Row = { check: 'golden pictures', outcome: 'passed', details: ['nano: 4 pictures'] };
const failed: Row = { check: 'settings and stacks', outcome: 'failed', details: ['a', 'b'] };
const costs: Row = { check: 'costs of a month', outcome: 'info', details: ['$1'] };
const plain = { paint: (_: unknown, text: string) => text };

test('the comment begins with its marker and the verdict; a row has its lines in one cell', () => {
  expect(tableInMarkdown([passed, failed, costs], BASE)).toBe(
    `${MARKER}
### 1 of 2 checks failed: settings and stacks

| check | result | details |
|---|---|---|
| golden pictures | passed | nano: 4 pictures |
| settings and stacks | **FAILED** | a<br>b |
| costs of a month | – | $1 |

Compared with 0123456789. To repeat it: \`npm run ci -- check --base 0123456789\`
`,
  );
});

test('text of a pull request stays text: no cells, pictures, mentions, HTML or emphasis', () => {
  const details = ['a|b <img src=x> ![p](https://x) @someone `code` *bold* _it_ &amp; #1'];
  const line = tableInMarkdown([{ ...passed, details }], BASE).split('\n')[5];
  expect(line).toBe(
    '| golden pictures | passed | a\\|b &lt;img src=x> !\\[p\\](https://x) @<!-- -->someone \\`code\\` ' +
      '\\*bold\\* \\_it\\_ &amp;amp; \\#1 |',
  );
});

test('a long row is cut, because GitHub limits comments', () => {
  const details = Array.from({ length: 500 }, () => 'x'.repeat(1000));
  const table = tableInMarkdown([{ ...failed, details }], BASE);
  expect(table.length).toBeLessThan(20_000);
  expect(table).toContain('… 470 more lines in the log');
});

test('the verdict counts checks, not information', () => {
  expect(verdictOf([passed, costs])).toBe('The check passed');
  expect(verdictOf([passed, { ...failed, outcome: 'passed' }, costs])).toBe('All 2 checks passed');
});

test('rows without a verdict and with the same details are one', () => {
  const one: Row = { check: 'evaluation of a', outcome: 'none', details: ['no photos'] };
  expect(merged([one, { ...one, check: 'evaluation of b' }, { ...one, details: ['new'] }])).toEqual([
    { ...one, check: 'evaluation of a, evaluation of b' },
    { ...one, details: ['new'] },
  ]);
});

test('a row in the terminal', () => {
  expect(rowInText(failed, plain)).toBe('FAILED  settings and stacks\n        a\n        b');
  expect(rowInText(costs, plain)).toBe('–       costs of a month\n        $1');
});
