import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const MODULE = join(__dirname, '../../functions/detect/heap.ts');

/**
 * Full collections of a process that makes 60,000 arrays of 8 KB, each alive while the next 1000 are made:
 * longer than the young generation of 1 MB keeps them.
 */
function fullCollections(before: string): number {
  const script = `
    import { constants, PerformanceObserver } from 'node:perf_hooks';
    import { growHeap } from ${JSON.stringify(MODULE)};
    ${before}
    let full = 0;
    new PerformanceObserver((list) => {
      for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) full++;
    }).observe({ entryTypes: ['gc'] });
    const arrays = [];
    for (let made = 0; made < 60_000; made++) {
      arrays[made % 1000] = new Array(1000).fill(made);
      if (made % 100 === 0) await new Promise(setImmediate);
    }
    console.log(full);`;
  const output = execFileSync(
    process.execPath,
    ['--max-semi-space-size=1', '--max-old-space-size=1592', '--input-type=module', '-e', script],
    { encoding: 'utf8' },
  );
  return Number(output);
}

test('a heap that grows further is collected less often', () => {
  const usual = fullCollections('');
  expect(usual).toBeGreaterThanOrEqual(4);
  expect(fullCollections('growHeap();')).toBeLessThanOrEqual(usual / 2);
});
