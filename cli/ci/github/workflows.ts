/** The text of the workflows, and whether a file was edited since it was written. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTIONS } from './actions.ts';

/** What differs between repositories. */
export interface WorkflowNames {
  /** The branch that is deployed. */
  readonly branch: string;
  /** GitHub environments of the two accounts, in order. */
  readonly first: string;
  readonly next: string;
}

/** A workflow as a file. */
export interface WorkflowFile {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly text: string;
}

const TEMPLATES = ['check', 'release'] as const;
const SEAL = /^# Written by "npm run ci -- init github"; sha256 of the lines below: ([0-9a-f]{64})\n/;

/** Both workflows. */
export function workflowFiles(names: WorkflowNames): WorkflowFile[] {
  return TEMPLATES.map((name) => {
    const template = readFileSync(join(import.meta.dirname, `${name}.yml`), 'utf8');
    return { path: `.github/workflows/models-${name}.yml`, text: sealed(filled(template, { ...ACTIONS, ...names })) };
  });
}

/** @throws Error for a name that the values lack */
function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/(?<!\$)\{\{([a-z-]+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`Expected a value for {{${name}}} in a workflow, received none`);
    return value;
  });
}

/** The text with its checksum before it. */
function sealed(text: string): string {
  return `# Written by "npm run ci -- init github"; sha256 of the lines below: ${sha256(text)}\n${text}`;
}

/** Whether a file is as some release of this command wrote it. */
export function isUnedited(text: string): boolean {
  const [seal = '', sum] = SEAL.exec(text) ?? [];
  return sum !== undefined && sha256(text.slice(seal.length)) === sum;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
