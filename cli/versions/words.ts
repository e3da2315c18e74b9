import type { Reason } from './plan.ts';

/** Why a version is kept, for people. */
export function reasonInWords(reason: Reason): string {
  switch (reason.kind) {
    case 'alias':
      return reason.alias === 'live'
        ? `receives ${reason.percent} % of live traffic`
        : `the alias ${reason.alias} names it`;
    case 'previous':
      return 'a rollback goes to it';
    case 'moved live':
      return 'its rollout moved live last';
    case 'before live':
      return 'the version before the live one';
    case 'rollout':
      return `${reason.role === 'candidate' ? 'the candidate' : 'the stable version'} of the ${
        reason.isRunning ? 'running' : 'last'
      } rollout`;
    case 'batch job':
      return `the batch job ${reason.job} ${reason.isRunning ? 'runs' : 'can be resumed'}`;
    case 'template':
      return 'the template names it';
    case 'newest':
      return reason.of === 1 ? 'the newest' : `among the newest ${reason.of}`;
  }
}
