/**
 * Operates the deployed stacks by the commands of the project: doctor, console, rollback. MiniStack refuses requests
 * without a signature on the routes with IAM, and checks none: this run shows that the console signs, not how.
 *
 *   node test/deploy/commands.ts
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ApiClient } from '../../cli/console/api-client.ts';
import type { Row } from '../../cli/doctor/result.ts';
import { connect } from '../../cli/rollout/connection.ts';
import { findEndpoint } from '../../cli/rollout/deployed-endpoint.ts';
import { deployment } from '../../lib/endpoints.ts';
import { chromiumPath, launch, open } from '../pages/browser.ts';
import { npmRun, startConsole } from './command.ts';
import { step } from './step.ts';

const CARS = readFileSync('models/counter-nano/golden/cars.jpg');
const endpoint = await findEndpoint(connect({ home: '' }), deployment.name, 'count-cars');

await step('npm run doctor finds one fault: MiniStack gives no traffic by the weights of an alias', async () => {
  const { code, output } = await npmRun('doctor', '--', '--json');
  const { checks } = JSON.parse(output) as { readonly checks: readonly Row[] };
  const withOutcome = (outcome: Row['outcome']) => checks.filter((row) => row.outcome === outcome);
  assert.deepEqual(
    withOutcome('failed').map(({ check, words }) => `${check}: ${words}`),
    ['split: version 1: 200, version 4: 0 of 200 at 50 %; 73 to 127 are likely'],
    output,
  );
  // The credentials `test` are those of the root user, and no list of services of a region exists.
  assert.deepEqual(namesOf(withOutcome('warning')), ['credentials']);
  assert.deepEqual(namesOf(withOutcome('skipped')), ['services', 'rollback']);
  assert.equal(code, 1);
});

const running = await startConsole();
try {
  await useConsole(running.address, running.origin);
} finally {
  await running.close();
}
if (chromiumPath === undefined) console.log('skipped: the pages in Chromium (none is installed)');
else await step('in Chromium the try page counts, status and report are shown', seePages);

await step('npm run rollout -- rollback moves live to version 2 and back', async () => {
  await moveLive('2');
  await moveLive('1');
});

function namesOf(rows: readonly Row[]): string[] {
  return rows.map(({ check }) => check);
}

async function useConsole(address: string, origin: string): Promise<void> {
  await step('the console refuses a foreign origin and a missing token', async () => {
    assert.equal(await refusalOf(fetch(address, { headers: { origin: 'https://example.com' } })), 'origin');
    assert.equal(await refusalOf(fetch(`${origin}/status`)), 'token');
  });
  const opened = await fetch(address, { redirect: 'manual' });
  const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
  const get = (path: string) => fetch(`${origin}${path}`, { headers: { cookie } });
  await step('the token of the console is valid once', async () => {
    assert.equal(opened.status, 303);
    assert.equal(await refusalOf(fetch(address)), 'token');
  });
  await step('the console serves pages, and signs: status, report and a prediction', async () => {
    for (const path of ['/docs', '/status']) assert.match(await (await get(path)).text(), /"signedFor"/);
    const status = await jsonOf(get('/count-cars/status'));
    assert.equal(status.traffic, 'version 1: 100 %');
    assert.equal((await get('/count-cars/report')).status, 200);
    const headers = { cookie, 'content-type': 'image/jpeg' };
    const predicted = await jsonOf(fetch(`${origin}/count-cars`, { method: 'POST', headers, body: CARS }));
    assert.equal(predicted.count, 3);
  });
}

async function jsonOf(answer: Promise<Response>): Promise<Record<string, unknown>> {
  return (await (await answer).json()) as Record<string, unknown>;
}

/** Which of the refusals of the console an answer is. */
async function refusalOf(answer: Promise<Response>): Promise<string> {
  const response = await answer;
  assert.equal(response.status, 403);
  const detail = String((await jsonOf(answer)).detail);
  if (detail === 'Expected a request of a page of the console.') return 'origin';
  return detail.startsWith('Expected the address that the terminal shows.') ? 'token' : detail;
}

async function seePages(): Promise<void> {
  const [{ address, origin, close }, browser] = await Promise.all([startConsole(), launch()]);
  try {
    const { page, complaints } = await open(browser, address, {}, 'section');
    await page.getByRole('img', { name: 'Live traffic: version 1: 100 %' }).first().waitFor();
    await page.goto(`${origin}/docs`);
    await page.getByRole('button', { name: 'Cars' }).click();
    await page.locator('.box').first().waitFor();
    await page.goto(`${origin}/status/count-cars/report`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    assert.deepEqual(complaints, []);
  } finally {
    await browser.close();
    await close();
  }
}

/** Moves live by the command; the version answers the next request. */
async function moveLive(version: string): Promise<void> {
  const { code, output } = await npmRun('rollout', '--', 'rollback', 'count-cars', '--to', version, '--json');
  assert.equal(code, 0, output);
  assert.deepEqual((await endpoint.live.read()).routing, { version });
  assert.equal((await endpoint.live.read()).note?.to, version);
  const { region, credentials } = endpoint.lambda.config;
  const api = new ApiClient({ url: endpoint.api, region: await region(), credentials });
  const headers = { 'content-type': 'image/jpeg' };
  const predicted = await jsonOf(api.send({ method: 'POST', target: '/count-cars', headers, body: CARS }));
  assert.deepEqual(predicted.release, { ...Object(predicted.release), function_version: version });
}
