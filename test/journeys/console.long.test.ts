/** `npm run console` against an emulator that enforces signatures, in a browser. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { accessibilityFaults, describeInBrowser, launch, open, type Watched } from '../pages/browser.ts';
import { Assembly } from './assembly.ts';
import { PROJECT } from './laptop.ts';
import { RolloutLaptop } from './rollout-laptop.ts';

jest.setTimeout(240_000);

describeInBrowser('the console against signatures', () => {
  let laptop: RolloutLaptop;
  let browser: Browser;
  let command: ChildProcess;
  let address: string;
  let watched: Watched;
  let page: Page;

  beforeAll(async () => {
    const synthesis = Assembly.synthesize('../../../lib/endpoints.ts', 'ml-deployment');
    [browser] = await Promise.all([launch(), synthesis]);
    laptop = await RolloutLaptop.start(await synthesis, '--signed');
    await laptop.deploy((assembly) => assembly.release('count-cars', {}));
    await laptop.until('count-cars', '2', () => true);
    command = startConsole(laptop);
    address = String(await once(command.stdout as NodeJS.ReadableStream, 'data')).split('\n')[0] ?? '';
    watched = await open(browser, address, {}, '.verdict');
    page = watched.page;
  });
  afterAll(async () => {
    await browser?.close();
    command?.kill();
    await laptop?.stop();
  });

  const origin = () => new URL(address).origin;

  test('without a signature the API is closed', async () => {
    for (const path of ['count-cars/status', 'count-cars/report', 'count-cars/judge']) {
      const answer = await fetch(`${laptop.laptop.url}/${path}`);
      expect([answer.status, await answer.json()]).toEqual([403, { message: 'Forbidden' }]);
    }
  });

  test('the status page shows the rollout', async () => {
    expect(page.url()).toBe(`${origin()}/status`);
    const card = page.locator('section', { has: page.getByRole('heading', { name: 'count-cars', exact: true }) });
    expect(await card.locator('.verdict').textContent()).toContain('Version 2');
    expect(await page.locator('#access').textContent()).toContain(`signs requests to ${laptop.laptop.url}`);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(watched.complaints).toEqual([]);
  });

  test('the report page shows the report', async () => {
    await page.goto(`${origin()}/status/count-cars/report`);
    await page.getByRole('heading', { level: 1, name: /version 2/ }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(watched.complaints).toEqual([]);
  });

  test('the judge page signs its request, and says that people judge no rollout', async () => {
    await page.goto(`${origin()}/status/count-cars/judge`);
    await page.getByLabel('Your name').fill('Ada');
    await page.keyboard.press('Enter');
    await page.getByText('(end this rollout, then npm run rollout -- judge count-cars), received').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    // Because browsers log every failed request.
    expect(watched.complaints.splice(0)).toEqual([expect.stringContaining('status of 404')]);
  });

  test('the try page predicts, and records a decision', async () => {
    await page.goto(`${origin()}/docs`);
    await page.getByRole('button', { name: 'Cars' }).click();
    await page.locator('.box').first().waitFor();
    expect(await page.locator('#headline .count').textContent()).toBe('3 car');
    await page.getByLabel('How many objects do you count?').fill('3');
    await page.getByRole('button', { name: 'Record' }).click();
    await page.getByText('Recorded: 3.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(watched.complaints).toEqual([]);
  });

  test('a missing token, a foreign host and a foreign origin are refused', async () => {
    const [{ name, value } = { name: '', value: '' }] = await page.context().cookies(origin());
    const cookie = `${name}=${value}`;
    const path = '/count-cars/status';
    expect(await statusOf(origin() + path, { cookie })).toBe(200);
    expect(await statusOf(origin() + path, {})).toBe(403);
    expect(await statusOf(address, {})).toBe(403);
    expect(await statusOf(origin() + path, { cookie, host: 'attacker.example' })).toBe(403);
    expect(await statusOf(origin() + path, { cookie, origin: 'https://attacker.example' })).toBe(403);
  });
});

function startConsole({ laptop: { aws } }: RolloutLaptop): ChildProcess {
  const env = {
    PATH: process.env.PATH,
    ...{ AWS_ENDPOINT_URL: aws, AWS_REGION: 'us-east-1', AWS_EC2_METADATA_DISABLED: 'true' },
    ...{ AWS_ACCESS_KEY_ID: 'laptop', AWS_SECRET_ACCESS_KEY: 'laptop' },
  };
  return spawn(process.execPath, ['cli/console.ts'], { cwd: PROJECT, env, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** With any headers, of which `fetch` forbids `host`. */
function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers }, (response) => resolve(response.resume().statusCode));
    sent.on('error', reject).end();
  });
}
