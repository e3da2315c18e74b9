import { ProblemError } from '../common/api.ts';
import { byId, show } from '../common/element.ts';

/** Whether the API responds, and when it last did. */
export class Connection {
  private readonly updated = byId('updated', HTMLElement);
  private readonly alert = byId('unreachable', HTMLElement);
  private last: string | undefined;

  /** Notes a response. */
  succeeded(): void {
    this.last = new Date().toLocaleTimeString();
    this.updated.textContent = `Updated ${this.last}.`;
    show(this.alert, false);
  }

  /** Alerts for an error without a response. @returns false for a response, even if it is a problem */
  failed(error: unknown): boolean {
    if (!(error instanceof ProblemError) || error.problem.status !== undefined) return false;
    const age = this.last === undefined ? 'There is no data yet.' : `The data shown is from ${this.last}.`;
    // Written once, because screen readers announce a live region on every write.
    if (this.alert.hidden) this.alert.textContent = `The API does not respond. ${age} Retrying.`;
    show(this.alert, true);
    return true;
  }
}
