/** Simulates the scenarios that the main thread names, one after another. */

import { parentPort, workerData } from 'node:worker_threads';
import { type Effort, SCENARIOS, simulateScenario } from './cells.ts';

const effort = workerData as Effort;

parentPort?.on('message', (index: number) => {
  const scenario = SCENARIOS[index];
  if (!scenario) throw new RangeError(`Expected the index of a scenario, received ${index}`);
  parentPort?.postMessage([...simulateScenario(scenario, effort)]);
});
