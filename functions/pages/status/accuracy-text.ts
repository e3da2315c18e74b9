/** Texts about estimates of accuracy. Without the DOM, so that they can be tested by themselves. */

const DAY_MS = 86_400_000;

/** First and last day of a period in UTC: `21 Nov – 27 Nov 2026`, or one day. */
export function periodInWords(from: string, to: string): string {
  const [first, last] = [new Date(from), new Date(Date.parse(to) - DAY_MS)];
  const day = (date: Date) => date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const end = `${day(last)} ${last.getUTCFullYear()}`;
  return day(first) === day(last) ? end : `${day(first)} – ${end}`;
}

/** Name and version of a model, without the hash. */
export function modelName(model: string): string {
  return model.replace(/ \([0-9a-f]+\)$/, '');
}
