/**
 * `npm run pictures`: takes the screenshots of the documents. Runs the emulator, deploys a candidate with a higher
 * confidence threshold, and opens the pages in Chromium.
 */

import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { Assembly } from '../../test/journeys/assembly.ts';
import { golden } from '../../test/journeys/pictures.ts';
import { RolloutLaptop } from '../../test/journeys/rollout-laptop.ts';
import { launch } from '../../test/pages/browser.ts';

const ENDPOINT = 'count-cars';
const VIEW = { width: 1280, height: 800 };

/** Crops of the sample with cars, each also mirrored, so that requests differ; and the empty road. */
async function variants(): Promise<Buffer[]> {
  const { width, height } = await sharp(golden('cars.jpg')).metadata();
  const cuts = Array.from({ length: 12 }, (_, index) => {
    const share = 0.03 * index;
    const [across, down] = [Math.round((1 - share) * width), Math.round((1 - share) * height)];
    return {
      left: index % 2 === 0 ? 0 : width - across,
      top: Math.round((height - down) / 2),
      width: across,
      height: down,
    };
  });
  const views = cuts.flatMap((cut) =>
    [false, true].map((mirrored) => sharp(golden('cars.jpg')).extract(cut).flop(mirrored)),
  );
  return [...(await Promise.all(views.map((view) => view.jpeg({ quality: 90 }).toBuffer()))), golden('empty-road.jpg')];
}

async function save(page: Page, name: string): Promise<void> {
  const png = await page.screenshot();
  await sharp(png)
    .png({ palette: true, effort: 10 })
    .toFile(join(import.meta.dirname, `${name}.png`));
  process.stdout.write(`docs/pictures/${name}.png\n`);
}

/** Waits until the first pictures of the gallery are drawn, because they load only when they are scrolled into view. */
function galleryDrawn(page: Page): Promise<unknown> {
  return page.evaluate(
    "Promise.all([...document.querySelectorAll('#gallery img')].slice(0, 6).map((each) => each.decode()))",
  );
}

const pictures = await variants();
const laptop = await RolloutLaptop.start(
  await Assembly.synthesize(join(import.meta.dirname, 'endpoints.ts'), 'ml-deployment'),
);
const browser = await launch();
try {
  const context = await browser.newContext({ viewport: VIEW, colorScheme: 'light', reducedMotion: 'reduce' });
  const page = await context.newPage();

  await page.goto(`${laptop.laptop.url}/docs`);
  await page.getByRole('button', { name: 'Cars' }).click();
  await page.locator('#result .card').first().waitFor();
  await save(page, 'try');

  await laptop.client.postMany(ENDPOINT, pictures, 60);
  await laptop.deploy((assembly) => assembly.release(ENDPOINT, { settings: { confidence: 0.74 } }));
  const load = laptop.client.load(ENDPOINT, pictures);
  await laptop.until(
    ENDPOINT,
    '2',
    ({ step, findings }) =>
      step.percent === 10 &&
      findings.some((finding) => finding.kind === 'enough' && finding.of === 'requests' && finding.have >= 5),
  );
  await page.goto(`${laptop.laptop.url}/status`);
  await page.getByText('10 %').first().waitFor();
  await save(page, 'status');
  await load.stop();

  await page
    .getByRole('link', { name: /report/i })
    .first()
    .click();
  const gallery = page.locator('#gallery figure').first();
  await gallery.waitFor();
  await page.getByRole('heading', { name: 'Largest differences' }).evaluate((heading) => heading.scrollIntoView());
  await galleryDrawn(page);
  await save(page, 'report');
} finally {
  await browser.close();
  await laptop.stop();
}
