import { ENV, type EndpointSettings } from '../../functions/contract.ts';
import {
  readEndpointSettings,
  readPlatformSettings,
  readVariable,
  SettingsError,
} from '../../functions/platform/settings.ts';
import { COUNT_CARS } from '../detect/fixtures/context.ts';

const endpoint = (settings: unknown) => ({ [ENV.endpoint]: JSON.stringify(settings) });

test('endpoint settings come back as the stacks wrote them', () => {
  expect(readEndpointSettings(endpoint(COUNT_CARS))).toEqual(COUNT_CARS);
  const { labels: _labels, ...rest } = COUNT_CARS;
  const least: EndpointSettings = rest;
  expect(Object.keys(readEndpointSettings(endpoint(least)))).toEqual(Object.keys(least));
});

test.each([
  ['without a variable', {}, `Expected a value for the environment variable ${ENV.endpoint}, received nothing`],
  ['that is not JSON', { [ENV.endpoint]: '{' }, `Expected JSON for ${ENV.endpoint}, received {`],
  ['with an unknown key', endpoint({ ...COUNT_CARS, colour: 'red' }), 'Unrecognized key: "colour"'],
  ['without models', endpoint({ ...COUNT_CARS, models: [] }), '→ at models'],
  ['with a confidence over 1', endpoint({ ...COUNT_CARS, confidence: 2 }), '→ at confidence'],
  ['with a side over the limit', endpoint({ ...COUNT_CARS, maxSide: 5000 }), '→ at maxSide'],
  ['with a kind that does not exist', endpoint({ ...COUNT_CARS, kind: 'draw' }), '→ at kind'],
])('endpoint settings %s are rejected', (_what, environment, message) => {
  const read = () => readEndpointSettings(environment);
  expect(read).toThrow(SettingsError);
  expect(read).toThrow(message);
});

test('all faults are named at once', () => {
  const read = () => readEndpointSettings(endpoint({ ...COUNT_CARS, iou: -1, capture: 2 }));
  expect(read).toThrow(/→ at iou.*→ at capture/s);
});

test('platform settings are read and checked', () => {
  const settings = { name: 'demo', auth: 'iam', endpoints: [] };
  expect(readPlatformSettings({ [ENV.platform]: JSON.stringify(settings) })).toEqual(settings);
  expect(() => readPlatformSettings({ [ENV.platform]: '{"name":"demo"}' })).toThrow(/→ at auth.*→ at endpoints/s);
});

test('an empty variable is not set', () => {
  expect(readVariable('A', { A: 'b' })).toBe('b');
  expect(() => readVariable('A', { A: '' })).toThrow(SettingsError);
});
