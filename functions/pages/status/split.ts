import type { EndpointStatus } from '../common/api.ts';
import { element } from '../common/element.ts';

/** The fields of a status that describe live traffic. */
export function trafficOf({ routing, models, newest_version, traffic }: EndpointStatus) {
  return { routing, models, newest_version, traffic };
}

type TrafficPart = ReturnType<typeof trafficOf>;

/** Live traffic as a bar, and each version with its share and models. */
export function split({ routing, models, newest_version, traffic }: TrafficPart): HTMLElement[] {
  const { candidate } = routing;
  const shares = [
    { version: routing.version, percent: 100 - (candidate?.percent ?? 0), kind: 'live' },
    ...(candidate ? [{ ...candidate, kind: 'candidate' }] : []),
  ];
  const bars = shares.map(({ percent, kind }) => {
    const bar = element('span', { class: kind });
    bar.style.flexGrow = `${percent}`;
    return bar;
  });
  const served = shares.some(({ version }) => version === newest_version);
  const rows = [...shares, ...(served ? [] : [{ version: newest_version, percent: 0, kind: 'none' }])];
  const versions = rows.map(({ version, percent, kind }) =>
    element(
      'li',
      {},
      element('span', { class: `dot ${kind}`, 'aria-hidden': 'true' }),
      element('b', {}, `version ${version}`),
      element('span', { class: 'share' }, `${Math.round(percent * 100) / 100} %`),
      element(
        'span',
        { class: 'fine' },
        [models[version], kind === 'none' && 'newest version'].filter(Boolean).join(', '),
      ),
    ),
  );
  return [
    element('div', { class: 'share-bar', role: 'img', 'aria-label': `Live traffic: ${traffic}` }, ...bars),
    element('ul', { class: 'versions' }, ...versions),
  ];
}
