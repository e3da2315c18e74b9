/** `rollout forecast`: how long a rollout will take, before a deployment. */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { Conditions } from '../../../functions/judge/stages.ts';
import { checkPlan } from '../../../functions/plan/check-plan.ts';
import { deployedSets } from '../../../functions/plan/labelled-set.ts';
import type { CheckedPlan } from '../../../functions/plan/plan-schema.ts';
import { stepsOf } from '../../../functions/plan/steps.ts';
import { checkConfig, type ResolvedEndpoint } from '../../../lib/check-config.ts';
import type { Deployment } from '../../../lib/config.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { CommonOptions } from '../common-options.ts';
import { clientSettings, connect } from '../connection.ts';
import { findEndpoint } from '../deployed-endpoint.ts';
import { messageOf, OrderRefusedError } from '../errors.ts';
import { type DayBefore, readDayBefore } from '../forecast/day-before.ts';
import { forecast } from '../forecast/forecast.ts';
import { forecastText } from '../forecast/forecast-table.ts';

/** The options of `forecast`. */
export interface ForecastOptions extends CommonOptions {
  /** Default: the last day of the deployed endpoint, else `requestsPerMinute` of its settings. */
  readonly requestsPerMinute?: number;
  /** Shares of requests that fail and that are rejected, 0–1. Default: those of the last day, else 0. */
  readonly errors?: number;
  readonly rejections?: number;
  /** A plan as JSON. Default: that of the settings. */
  readonly plan?: string;
  /** Module that exports the deployment. Default: `lib/endpoints.ts`. */
  readonly endpoints?: string;
  readonly rollouts: number;
}

/** Pictures that a shadow replays in a minute, as in the simulation. */
const REPLAYS_PER_MINUTE = 60;
/** A month of pictures is kept. */
const MINUTES_KEPT = 31 * 1440;

/** Prints the forecast. @throws OrderRefusedError, ConfigError */
export async function forecastCommand(name: string, options: ForecastOptions, terminal: Terminal): Promise<void> {
  const { endpoint, declaredRate } = await endpointOf(name, options.endpoints);
  const plan = options.plan === undefined ? endpoint.plan : planOf(options.plan, endpoint);
  const { conditions, source } = await conditionsOf(endpoint, plan, declaredRate, options);
  const made = forecast(stepsOf(plan), conditions, options.rollouts);
  if (options.json) terminal.print(JSON.stringify({ endpoint: name, source, ...made }, null, 2));
  else terminal.print(forecastText(made, source, terminal));
}

async function endpointOf(name: string, file: string | undefined) {
  const module = file === undefined ? '../../../lib/endpoints.ts' : pathToFileURL(resolve(file)).href;
  const { deployment } = (await import(module)) as { deployment: Deployment };
  const { endpoints } = checkConfig(deployment, undefined, file);
  const endpoint = endpoints.find(({ settings }) => settings.name === name);
  const declaredRate = deployment.endpoints.find((each) => each.name === name)?.requestsPerMinute;
  if (endpoint) return { endpoint, declaredRate };
  const names = endpoints.map(({ settings }) => settings.name).join(', ');
  throw new OrderRefusedError(`Expected an endpoint of the settings (${names}), received ${name}`);
}

function planOf(text: string, { settings }: ResolvedEndpoint): CheckedPlan {
  const { kind, answeredBy, capture } = settings;
  const { plan, faults } = checkPlan(parsed(text), { kind, answeredBy, capture, path: 'plan' });
  if (plan) return plan;
  const lines = faults.map(({ path, expected, value }) => `${path}: ${expected}, received ${JSON.stringify(value)}`);
  throw new OrderRefusedError(lines.join('\n'));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new OrderRefusedError(`Expected JSON for --plan, as [{"kind":"canary","percent":10}], received ${text}`);
  }
}

interface Assumed {
  readonly conditions: Conditions;
  /** Where the rate comes from, for people. */
  readonly source: string;
}

async function conditionsOf(
  endpoint: ResolvedEndpoint,
  plan: CheckedPlan,
  declaredRate: number | undefined,
  options: ForecastOptions,
): Promise<Assumed> {
  const { requestsPerMinute: given } = options;
  const day = given === undefined ? await dayBefore(endpoint, plan, options) : undefined;
  const isRead = day !== undefined && !('failed' in day) && day.requests > 0;
  const rate = given ?? (isRead ? day.requests / 1440 : declaredRate);
  if (rate === undefined) throw noRate(endpoint.settings.name, day);
  const accepted = isRead ? day.requests - day.rejections : 0;
  const conditions: Conditions = {
    requestsPerMinute: rate,
    errors: options.errors ?? (isRead && accepted > 0 ? day.failures / accepted : 0),
    rejections: options.rejections ?? (isRead ? day.rejections / day.requests : 0),
    replaysPerMinute: REPLAYS_PER_MINUTE,
    recorded: isRead ? day.recorded : Math.floor(rate * endpoint.settings.capture * MINUTES_KEPT),
    recordedPerMinute: isRead ? day.recordedPerMinute : rate * endpoint.settings.capture,
    labelled: photosBySet(endpoint),
  };
  const source = given === undefined ? (isRead ? 'of the last day' : 'of the settings') : 'of --requests-per-minute';
  return { conditions, source };
}

/** The folders that are deployed; what a prefix of the bucket has is not known here. */
function photosBySet({ settings, labelledFolders }: ResolvedEndpoint): Readonly<Record<string, number>> {
  // The last file is the truth.
  const sets = labelledFolders.map(({ hash, files }) => [`${deployedSets(settings.name)}${hash}/`, files.length - 1]);
  return Object.fromEntries(sets);
}

function noRate(name: string, day: DayBefore | { readonly failed: string } | undefined): OrderRefusedError {
  const why = day && 'failed' in day ? day.failed : 'the deployed endpoint had no request in the last day';
  return new OrderRefusedError(`Expected --requests-per-minute for ${name}, received none, and ${why}`);
}

/** @returns why it could not be read, where there is no deployment, or no credentials */
async function dayBefore(
  { settings }: ResolvedEndpoint,
  plan: CheckedPlan,
  options: ForecastOptions,
): Promise<DayBefore | { readonly failed: string }> {
  const mostPictures = Math.max(
    1,
    ...plan.map((phase) => (phase.kind === 'shadow' && phase.judge !== 'labels' ? phase.maxPictures : 0)),
  );
  try {
    const deployed = await findEndpoint(connect(options), options.deployment, settings.name);
    const cloudWatch = new CloudWatchClient(clientSettings(options));
    return await readDayBefore(deployed, cloudWatch, { deployment: options.deployment, mostPictures, now: new Date() });
  } catch (error) {
    return { failed: `no deployment could be read: ${messageOf(error)}` };
  }
}
