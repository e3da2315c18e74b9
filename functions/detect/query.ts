import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/**
 * The query's parameters, each with all its values. Read from the raw query, because API Gateway joins repeated
 * parameters by commas in the parsed one.
 */
export function queryOf({ rawQueryString }: APIGatewayProxyEventV2): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) all.set(name, [...(all.get(name) ?? []), value]);
  return all;
}
