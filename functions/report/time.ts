/** UTC to the second: people compare it with logs. @param iso ISO 8601, UTC */
export function timeInWords(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
