/** `1 request`, `2 requests`, `1 picture with objects`. @param things in the plural */
export function counted(count: number, things: string): string {
  return `${count} ${count === 1 ? things.replace(/s(?= |$)/, '') : things}`;
}
