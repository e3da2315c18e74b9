import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { fileSurroundings } from '../../../cli/rollout/report-file.ts';
import { add, NO_PICTURES } from '../../../functions/judge/shadow-tally.ts';
import type { ComparisonRecord } from '../../../functions/records/comparison.ts';
import { worstDisagreements } from '../../../functions/rollout-report/disagreements.ts';
import { reportPage } from '../../../functions/rollout-report/page.ts';
import { accessibilityFaults, describeInBrowser, launch, open } from '../../pages/browser.ts';
import { record } from '../../standing/readings.ts';

/** A picture in which a human counted otherwise than the candidate, and one on which the candidate failed. */
const comparisons: ComparisonRecord[] = (['done', 'failed'] as const).map((status) => ({
  id: status,
  compared_at: '2026-11-22T12:00:00.000Z',
  candidate_version: '4',
  baseline: { kind: 'human', count: 2 },
  candidate:
    status === 'failed'
      ? { ok: false, failure: '</script><script>document.title = "run"</script>' }
      : { ok: true, answer: { status, function_version: '4', detections: [], timing_ms: { total: 40 } } },
  score: status === 'failed' ? { status } : { status, objects: { baseline: 2, candidate: 0 }, countError: 1 },
  input: `inputs/count-cars/${status}`,
}));

describeInBrowser('the report as a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  test('filters its pictures and words its commands, and asks nobody for anything', async () => {
    const content = {
      endpoint: 'count-cars',
      version: '4',
      audits: [record],
      comparisons,
      tally: comparisons.reduce((tally, { score }) => add(tally, score), NO_PICTURES),
      disagreements: worstDisagreements(comparisons),
      pictures: new Map(),
      decisions: new Map(),
      now: new Date('2026-11-22T12:30:00Z'),
    };
    const file = join(folder, 'report.html');
    writeFileSync(file, reportPage(content, fileSurroundings({ api: 'https://api.example', endpoint: 'count-cars' })));
    const { page, complaints, requests } = await open(browser, pathToFileURL(file).href, {}, '#gallery');
    expect(await page.title()).toBe('count-cars: rollout of version 4');
    await page.getByRole('button', { name: /^count differs/ }).click();
    expect(await page.locator('#gallery figure:visible').count()).toBe(1);
    await page.locator('#gallery figure:visible summary').click();
    await page.locator('#gallery figure:visible input').fill('7');
    expect(await page.locator('#gallery figure:visible code[data-command]').textContent()).toBe(
      `curl -X PUT https://api.example/count-cars/predictions/done/decision -H 'content-type: application/json' ` +
        `-d '{"count": 7}'`,
    );
    expect(await accessibilityFaults(page)).toEqual([]);
    expect([complaints, requests]).toEqual([[], []]);
    await page.context().close();
  });
});
