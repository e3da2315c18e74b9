import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { accessibilityFaults, describeInBrowser, launch, open, type Watched } from '../pages/browser.ts';
import { type RunningLaptop, startLaptop } from './laptop.ts';
import { golden } from './pictures.ts';

const missing = ['bash', 'curl', 'jq'].filter((tool) => spawnSync(tool, ['--version']).status !== 0);
const testWithTools = missing.length > 0 ? test.skip : test;
const why = missing.length > 0 ? ` (no ${missing.join(', ')} on this machine)` : '';

/** Over the 4 MiB of a request, and fast to create, send and decode. */
function bigPicture(): Promise<Buffer> {
  return sharp(golden('cars.jpg')).resize(1700).png({ compressionLevel: 0 }).toBuffer();
}

/** The output of shell commands, run in a temporary folder with `files`. */
function inShell(lines: string, files: Record<string, Uint8Array> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'curl-'));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  try {
    return execFileSync('bash', ['-ec', lines], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] }).toString();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describeInBrowser('the try page on the local emulator', () => {
  let laptop: RunningLaptop;
  let browser: Browser;
  let watched: Watched;
  let page: Page;

  beforeAll(async () => {
    [laptop, browser] = await Promise.all([startLaptop('--speed', '100'), launch()]);
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
  });

  beforeEach(async () => {
    watched = await open(browser, `${laptop.url}/docs`);
    page = watched.page;
  });
  afterEach(async () => {
    const [api, aws] = [laptop.url, laptop.aws.replace('localhost', '127.0.0.1')];
    const foreign = watched.requests.filter((request) => ![api, aws].some((own) => request.includes(` ${own}/`)));
    expect(foreign).toEqual([]);
    await page.context().close();
  });

  const headline = () => page.locator('#headline .count').textContent();
  const boxes = () => page.locator('.box');
  const choose = (name: string, mimeType: string, buffer: Buffer) =>
    page.setInputFiles('#file', { name, mimeType, buffer });
  const answered = () => page.locator('#result .card').first().waitFor();
  const posts = () => watched.requests.filter((request) => request.startsWith('POST'));

  /** Moves the slider, with the event that browsers send. */
  const slide = (value: number) => page.locator('#confidence').fill(String(value));

  test('a sample: selects a suitable endpoint, shows count, boxes, model, version and times', async () => {
    await page.getByRole('button', { name: 'Apples' }).click();
    await answered();
    expect(await page.locator('#endpoint-count-apples').isChecked()).toBe(true);
    expect(await headline()).toBe('5 apple');
    expect(await page.locator('#live').textContent()).toBe('5 apple in apples.jpg.');
    expect(await boxes().count()).toBe(5);
    const result = await page.locator('#result').textContent();
    expect(result).toMatch(/counter-nano 2\.0\.0/);
    expect(result).toMatch(/version 1, alias “live”/);
    expect(result).toMatch(/decode[\d.]+ ms.*infer[\d.]+ ms.*in the function/);
    expect(watched.complaints).toEqual([]);
  });

  test('the link to the annotated picture leads to a JPEG', async () => {
    await page.getByRole('button', { name: 'Cars' }).click();
    const address = await page.getByRole('link', { name: 'Annotated picture' }).getAttribute('href');
    const picture = await fetch(String(address));
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  });

  test('a box under the pointer shows its label and confidence', async () => {
    await page
      .getByRole('button', { name: 'Plants' })
      .or(page.getByRole('button', { name: 'Potted plants' }))
      .click();
    await answered();
    const first = boxes().first();
    expect(await first.locator('.tag').isVisible()).toBe(false);
    await first.hover();
    expect(await first.locator('.tag').isVisible()).toBe(true);
    expect(await first.locator('.tag').textContent()).toMatch(/^potted plant \d\d %$/);
    expect(await page.locator('tr.highlighted').count()).toBe(1);
  });

  test('the boxes have the positions of the answer, in the scale of the picture', async () => {
    const response = page.waitForResponse((answer) => answer.url().endsWith('/count-cars'));
    await page.getByRole('button', { name: 'Cars' }).click();
    const { detections, image } = await (await response).json();
    await answered();
    const picture = await page.locator('#picture').boundingBox();
    const drawn = await boxes().first().boundingBox();
    if (!picture || !drawn) throw new Error('Expected a visible picture and box');
    const scale = picture.width / image.width;
    expect(drawn.x - picture.x).toBeCloseTo(detections[0].box.x * scale, 0);
    expect(drawn.y - picture.y).toBeCloseTo(detections[0].box.y * scale, 0);
    expect(drawn.width).toBeCloseTo(detections[0].box.width * scale, 0);
    expect(drawn.height).toBeCloseTo(detections[0].box.height * scale, 0);
  });

  test('a photo of the user with another endpoint', async () => {
    await page.locator('#endpoint-predict').check();
    await choose('my photo.jpg', 'image/jpeg', golden('plants.jpg'));
    await answered();
    expect(await headline()).toBe('3 potted plant');
    const url = `${laptop.url}/predict?model=counter-nano`;
    expect(await page.locator('#curl').textContent()).toBe(
      `curl -H 'Accept: application/json' \\\n  -F file=@'my photo.jpg' \\\n  '${url}'`,
    );
    expect(watched.complaints).toEqual([]);
  });

  test.each(['drop', 'paste'])('a picture by %s', async (way) => {
    await page.evaluate(`(async () => {
      const blob = await (await fetch('/docs/samples/cars.jpg')).blob();
      const transfer = new DataTransfer();
      transfer.items.add(new File([blob], 'brought.jpg', { type: 'image/jpeg' }));
      const init = { bubbles: true, cancelable: true };
      document.body.dispatchEvent(${
        way === 'drop'
          ? "new DragEvent('drop', { ...init, dataTransfer: transfer })"
          : "new ClipboardEvent('paste', { ...init, clipboardData: transfer })"
      });
    })()`);
    await answered();
    expect(await headline()).toBe('3 car');
    expect(await page.locator('#picture').getAttribute('alt')).toBe('brought.jpg');
  });

  test('an unsupported file: shows the problem, sends nothing', async () => {
    await choose('notes.txt', 'image/jpeg', Buffer.from('no picture at all'));
    const problem = page.locator('#problem');
    await problem.waitFor();
    expect(await problem.textContent()).toContain('“notes.txt” is not a JPEG, PNG, WebP or AVIF picture');
    expect(posts()).toEqual([]);
    expect(watched.complaints).toEqual([]);
  });

  test('a GIF: the browser converts it, and the page says so', async () => {
    const gif = await sharp(golden('cars.jpg')).gif().toBuffer();
    await choose('road.gif', 'image/gif', gif);
    await answered();
    expect(await headline()).toBe('3 car');
    expect(await page.locator('#converted').textContent()).toContain('“road.gif” to the JPEG “road.jpg”');
    await page.getByRole('button', { name: 'Cars' }).click();
    // The answer to the picture before is still shown when the button was clicked.
    await page.locator('#converted').waitFor({ state: 'hidden' });
    await answered();
  });

  test('a damaged picture: shows the problem of the API, and the next picture works', async () => {
    await choose('cut.jpg', 'image/jpeg', golden('cars.jpg').subarray(0, 2000));
    const problem = page.locator('#problem');
    await problem.waitFor();
    expect(await problem.textContent()).toMatch(
      /The picture cannot be decoded.*picture: expected a complete, undamaged JPEG/,
    );
    // Because browsers log every failed request; nothing else is allowed.
    expect(watched.complaints).toEqual([expect.stringContaining('the server responded with a status of 422')]);
    await page.getByRole('button', { name: 'Cars' }).click();
    await answered();
    expect(await problem.isVisible()).toBe(false);
    expect(await headline()).toBe('3 car');
  });

  test('a picture too large for a request is uploaded with its progress', async () => {
    const big = await bigPicture();
    expect(big.length).toBeGreaterThan(4 * 1024 * 1024);
    const words: string[] = [];
    await page.exposeFunction('keep', (text: string) => words.push(text));
    await page.evaluate(`
      const target = document.querySelector('#progress-words');
      new MutationObserver(() => keep(target.textContent)).observe(target, { childList: true });`);
    await choose('big.png', 'image/png', big);
    await answered();
    expect(await headline()).toBe('3 car');
    expect(words[0]).toMatch(/^Uploading: \d+ %$/);
    expect(words.at(-1)).toBe('Uploaded; waiting for the result');
    expect(posts()).toEqual([
      expect.stringContaining('/count-cars/uploads?content_type=image%2Fpng'),
      expect.stringContaining(laptop.bucket),
    ]);
    expect(await page.locator('#curl').textContent()).toContain('/count-cars/uploads?content_type=image%2Fpng');
    expect(watched.complaints).toEqual([]);
  });

  test('a file over the upload limit: shows the limit, uploads nothing', async () => {
    const huge = Buffer.concat([golden('cars.jpg'), Buffer.alloc(26 * 1024 * 1024)]);
    await choose('huge.jpg', 'image/jpeg', huge);
    const problem = page.locator('#problem');
    await problem.waitFor();
    expect(await problem.textContent()).toContain('“huge.jpg” has 26.2 MB; this endpoint allows at most 25.0 MB.');
    expect(posts()).toHaveLength(1);
  });

  test('the threshold filters boxes as the API does, with one more request in total', async () => {
    await page.getByRole('button', { name: 'Apples' }).click();
    await answered();
    const weak = page.waitForResponse((answer) => answer.url().includes('confidence='));
    await slide(0.74);
    expect(await boxes().count()).toBe(2);
    await (await weak).finished();
    const sample = await (await fetch(`${laptop.url}/docs/samples/apples.jpg`)).arrayBuffer();
    for (const threshold of [0.1, 0.6, 0.2, 0.9, 0.5]) {
      await slide(threshold);
      const answer = await fetch(`${laptop.url}/count-apples?confidence=${threshold}`, {
        method: 'POST',
        headers: { 'content-type': 'image/jpeg' },
        body: sample,
      });
      const { count } = (await answer.json()) as { count: number };
      if (count > 0)
        await boxes()
          .nth(count - 1)
          .waitFor();
      expect([threshold, await boxes().count()]).toEqual([threshold, count]);
    }
    expect(posts()).toHaveLength(2);
    expect(await page.locator('#curl').textContent()).toContain('confidence=0.50');
    await page.getByRole('button', { name: 'Reset' }).click();
    expect(await boxes().count()).toBe(5);
    expect(watched.complaints).toEqual([]);
  });

  test('detecting again stores a prediction with the threshold', async () => {
    await page.getByRole('button', { name: 'Apples' }).click();
    await answered();
    await slide(0.74);
    const response = page.waitForResponse((answer) => answer.url().endsWith('confidence=0.74'));
    await page.getByRole('button', { name: 'Detect again' }).click();
    const { count } = await (await response).json();
    await answered();
    expect(count).toBe(2);
    expect(await headline()).toBe('2 apple');
  });

  test('with the keyboard alone', async () => {
    const focused = () =>
      page.evaluate('document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.id');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement?.textContent')).toBe('Skip to the content');
    for (let stops = 0; stops < 30 && (await focused()) !== 'endpoint-count-cars'; stops++)
      await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('#endpoint-count-apples').isChecked()).toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await answered();
    await boxes().first().waitFor();
    for (let stops = 0; stops < 10 && !/^apple/.test(String(await focused())); stops++)
      await page.keyboard.press('Tab');
    expect(await focused()).toMatch(/^apple 76 %$/);
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toMatch(/^apple 75 %$/);
    expect(await page.locator('.box:focus .tag').isVisible()).toBe(true);
    expect(await page.locator('tr.highlighted').textContent()).toContain('75 %');
    for (let stops = 0; stops < 10 && (await focused()) !== 'confidence'; stops++) await page.keyboard.press('Tab');
    const before = await page.locator('#confidence').inputValue();
    await page.keyboard.press('ArrowRight');
    expect(Number(await page.locator('#confidence').inputValue())).toBeCloseTo(Number(before) + 0.01, 5);
  });

  testWithTools(`the curl commands give the same answer in a shell${why}`, async () => {
    await page.getByRole('button', { name: 'Cars' }).click();
    await answered();
    const own = JSON.parse(inShell(String(await page.locator('#curl').textContent())));
    expect(own).toMatchObject({ endpoint: 'count-cars', count: 3, release: { alias: 'live' } });
  });

  testWithTools(`the curl commands of an upload give its result, if it is ready${why}`, async () => {
    const big = await bigPicture();
    await page.route('**/uploads?*', (route) => route.abort());
    await choose('big.png', 'image/png', big);
    await page.locator('#problem').waitFor();
    const lines = String(await page.locator('#curl').textContent());
    const answer = JSON.parse(inShell(lines, { 'big.png': big }));
    expect(answer).toMatchObject({ endpoint: 'count-cars', status: expect.stringMatching(/^(processing|done)$/) });
  });

  test('the count of a human is recorded with the prediction', async () => {
    const response = page.waitForResponse((answer) => answer.url().endsWith('/count-cars'));
    await page.getByRole('button', { name: 'Cars' }).click();
    const { id } = await (await response).json();
    await page.getByLabel('How many objects do you count?').fill('4');
    await page.getByRole('button', { name: 'Record' }).click();
    await page.getByText('Recorded: 4. The model’s count differs by 1.').waitFor();
    const stored = await (await fetch(`${laptop.url}/count-cars/predictions/${id}`)).json();
    expect(stored).toMatchObject({ id, count: 3, decision: { count: 4 } });
    expect(watched.complaints).toEqual([]);
  });

  test('the candidate answers on its own path', async () => {
    await page.getByText('More options').click();
    await page.getByLabel('Version').selectOption('candidate');
    await page.getByRole('button', { name: 'Cars' }).click();
    await answered();
    expect(await page.locator('#result').textContent()).toContain('alias “candidate”');
    expect(posts()[0]).toBe(`POST ${laptop.url}/candidate/count-cars`);
  });

  test('the reference: a form sends an operation, and a fragment opens a problem', async () => {
    await page.locator('#getHealth > summary').click();
    await page.locator('#getHealth').getByRole('button', { name: 'Send' }).click();
    await page.locator('#getHealth .answer').getByText('"status": "ok"').waitFor();
    await page.locator('#postPredict > summary').click();
    await page.locator('#postPredict').getByLabel('model').selectOption('counter-nano');
    await page.locator('#postPredict-accept').selectOption('image/jpeg');
    const picture = { name: 'cars.jpg', mimeType: 'image/jpeg', buffer: golden('cars.jpg') };
    await page.locator('#postPredict input[type=file]').setInputFiles(picture);
    await page.locator('#postPredict').getByRole('button', { name: 'Send' }).click();
    await page.locator('#postPredict .answer img').waitFor();
    await page.goto(`${laptop.url}/docs#picture-too-large`);
    await page.locator('#picture-too-large[open]').waitFor();
    expect(await page.locator('#picture-too-large pre').textContent()).toContain('"status": 413');
    expect(watched.complaints).toEqual([]);
  });

  describe.each([
    [1280, 'light'],
    [1280, 'dark'],
    [360, 'light'],
    [360, 'dark'],
  ] as const)('at %d pixels, %s', (width, colorScheme) => {
    test('nothing overflows, and axe finds nothing serious', async () => {
      const other = await open(browser, `${laptop.url}/docs`, { viewport: { width, height: 800 }, colorScheme });
      await other.page.locator('#endpoint-predict').check();
      await other.page.getByRole('button', { name: 'Cars' }).click();
      await other.page.locator('.box').first().waitFor();
      await other.page.locator('#postCountCars > summary').click();
      await other.page.locator('#schema-Prediction > summary').click();
      await other.page.locator('#postCountCars form').waitFor();
      expect(await other.page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(await accessibilityFaults(other.page)).toEqual([]);
      const background = await other.page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(background).toBe(colorScheme === 'dark' ? 'rgb(18, 23, 23)' : 'rgb(246, 247, 247)');
      expect(other.complaints).toEqual([]);
      await other.page.context().close();
    });
  });

  test('nothing is animated where reduced motion is preferred', async () => {
    await page.route('**/count-cars', () => undefined);
    await page.getByRole('button', { name: 'Cars' }).click();
    await page.locator('#busy').waitFor();
    expect(await page.evaluate('document.getAnimations().length')).toBe(0);
  });
});
