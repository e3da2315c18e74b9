import { EXIT_HELP, program } from '../../../cli/accuracy/program.ts';
import { estimatesInWords } from '../../../cli/accuracy/words.ts';

const DAY = 86_400_000;
const END = Date.UTC(2026, 10, 28);
const model = 'counter-nano 1.0.0 (abcdef01)';
const estimate = { by: 'nothing', reason: 'decisions', decisions: 27, more: 23 } as const;

describe('estimates as text', () => {
  test('have a line for each period and model', () => {
    const rows = [
      { from: END - 7 * DAY, to: END, model, estimate },
      { from: END - DAY, to: END, model, estimate },
    ];
    expect(estimatesInWords('count-cars', rows)).toBe(
      'count-cars: estimated count error\n' +
        '  2026-11-21 to 2026-11-27, counter-nano 1.0.0 (abcdef01): ' +
        'cannot be told: 23 more decisions needed (27 decisions of 50)\n' +
        '  2026-11-27, counter-nano 1.0.0 (abcdef01): cannot be told: 23 more decisions needed (27 decisions of 50)',
    );
  });

  test('say what is needed where nobody has counted', () => {
    expect(estimatesInWords('count-cars', [])).toBe(
      'count-cars: the count error cannot be told: nobody has counted a picture yet. 50 decisions needed ' +
        '(PUT /{endpoint}/predictions/{id}/decision, or npm run labels)',
    );
  });
});

describe('the command', () => {
  const parse = (...args: string[]) =>
    program()
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
      .action(() => undefined)
      .parseAsync(['node', 'accuracy', ...args]);

  test.each([
    [['count-cars', '--days', '0'], 'Expected a number from 1, received 0.'],
    [['count-cars', '--by', 'month'], 'Allowed choices are day, week.'],
    [[], "missing required argument 'endpoint'"],
  ])('refuses %j', async (args, message) => {
    await expect(parse(...args)).rejects.toThrow(message);
  });

  test('says its exit codes', () => {
    expect(EXIT_HELP).toContain('0  done, also where it cannot be told');
  });
});
