import { frame, linear, roundTicks, scales } from '../../functions/report/frame.ts';
import { html } from '../../functions/report/html.ts';

test('values are escaped, in text and in attributes', () => {
  expect(html`<p title="${'"&'}">${'<b>'}</p>`.text).toBe('<p title="&#34;&#38;">&#60;b&#62;</p>');
});

test('markup stays, lists are joined, numbers are text, undefined is empty', () => {
  const items = [1, 'a<', html`<b>2</b>`];
  expect(html`${items}|${undefined}|${0}`.text).toBe('1a&#60;<b>2</b>||0');
});

test.each([
  [0, 10, 5, [0, 2, 4, 6, 8, 10]],
  [0, 0.3, 3, [0, 0.1, 0.2, 0.3]],
  [-1, 1, 2, [-1, 0, 1]],
])('ticks from %d to %d, about %d', (least, most, count, ticks) => {
  expect(roundTicks(least, most, count)).toEqual(ticks);
});

test('an empty range has two ticks, so that it has a scale', () => {
  expect(roundTicks(3, 3, 5)).toHaveLength(2);
});

test('a scale maps its ticks linearly onto pixels', () => {
  const { at } = linear([0, 5, 10], [100, 0]);
  expect([0, 2.5, 10].map(at)).toEqual([100, 75, 0]);
});

test('a plot has an alternative text and escapes its titles', () => {
  const options = { ...scales([0, 1], [0, 1]), xTitle: '<x>', yTitle: 'y', description: 'a "plot"' };
  const { text } = frame(options, html`<circle/>`);
  expect(text).toContain('role="img" aria-label="a &#34;plot&#34;"');
  expect(text).toContain('&#60;x&#62;');
  expect(text).toContain('<circle/></svg>');
});
