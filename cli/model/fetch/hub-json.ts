import type * as z from 'zod';

/**
 * Reads a JSON file of a repository of the Hub.
 * @returns the data, or a fault in words: `size: Invalid input`
 */
export function readHubJson<T>(
  text: string,
  schema: z.ZodType<T>,
): { readonly data: T; readonly fault?: never } | { readonly data?: never; readonly fault: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { fault: (error as Error).message };
  }
  const { data, error } = schema.safeParse(json);
  if (error) return { fault: error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') };
  return { data };
}
