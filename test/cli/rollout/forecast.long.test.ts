/** The forecast of the default plan, and the medians of docs/simulation.md, by hundreds of rollouts a row. */

import { readFileSync } from 'node:fs';
import { forecast } from '../../../cli/rollout/forecast/forecast.ts';
import { hasTraffic, stagesOf } from '../../../functions/judge/stages.ts';
import { DEFAULT_PLAN } from '../../../functions/plan/plan.ts';
import { recordStep } from '../../../functions/records/recorded-step.ts';
import { stepsOfPlan } from '../../rollout/fixtures/steps.ts';

const page = readFileSync(new URL('../../../docs/simulation.md', import.meta.url), 'utf8');
const MINUTES = { min: 1, h: 60, d: 1440 } as const;

/** Median time of a row, in minutes. */
function medianOf(scenario: string, volume: number): number {
  const row = page.split('\n').find((line) => line.replaceAll(/ +/g, ' ').startsWith(`| ${scenario} | ${volume} |`));
  const [, value = '', unit = 'min'] =
    row
      ?.split('|')
      .at(-3)
      ?.match(/([\d.]+) (min|h|d) \(/) ?? [];
  return Number(value) * MINUTES[unit as keyof typeof MINUTES];
}

test.each([0, 0.001].flatMap((errors) => [1, 10, 100, 1000].map((rate) => [errors, rate] as const)))(
  'both fail %d, %d requests a minute: within a fifth of the simulated median',
  (errors, requestsPerMinute) => {
    const expected = medianOf(`none, live fails ${errors * 100} %`, requestsPerMinute);
    expect(expected).toBeGreaterThan(20);
    const conditions = {
      requestsPerMinute,
      errors,
      rejections: 0,
      replaysPerMinute: 60,
      recorded: 31 * 1440 * requestsPerMinute,
      recordedPerMinute: requestsPerMinute,
    };
    const { total, steps } = forecast(stepsOfPlan(DEFAULT_PLAN), conditions, 200);
    expect(Math.abs(total.median - expected)).toBeLessThan(0.2 * expected);
    if (errors > 0) return;
    // What `status` foretells at the begin of each canary is the median of the simulation, too.
    for (const { wait, step } of stagesOf(stepsOfPlan(DEFAULT_PLAN), conditions).filter(hasTraffic)) {
      const words = recordStep(step).words;
      const median = steps.find((each) => each.step === words)?.minutes?.median ?? 0;
      expect(Math.abs((wait.etaMinutes ?? 0) - median)).toBeLessThanOrEqual(Math.max(2, 0.25 * median));
    }
  },
  120_000,
);
