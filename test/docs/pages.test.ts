import { fillPage } from '../../functions/docs/pages.ts';
import { SETTINGS } from './docs-function.ts';

const settings = { ...SETTINGS, maxBodyBytes: 1, guarded: true };

test('each placeholder is filled: text is escaped, settings are JSON that cannot end their element', () => {
  const evil = { ...settings, name: '</script>&"' };
  expect(fillPage('<h1>{{name}}</h1><script>"{{settings}}"</script>', evil)).toBe(
    `<h1>&#60;/script&#62;&#38;&#34;</h1><script>${JSON.stringify(evil).replaceAll('<', '\\u003c')}</script>`,
  );
});

test('a value that looks like a placeholder stays as it is', () => {
  expect(fillPage('{{name}}', { ...settings, name: '{{endpoints}} $& {{settings}}' })).toBe(
    '{{endpoints}} $&#38; {{settings}}',
  );
});

test('an unknown placeholder is an error', () => {
  expect(() => fillPage('{{nmae}}', settings)).toThrow('Expected a known placeholder, received nmae');
});
