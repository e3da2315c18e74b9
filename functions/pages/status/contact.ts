import { ProblemError } from '../common/api.ts';
import { byId, show } from '../common/element.ts';

/** Whether the API can be reached, and how old what is shown is. */
export class Contact {
  private readonly place = byId('contact', HTMLElement);
  private readonly alarm = byId('unreachable', HTMLElement);
  private last: string | undefined;

  /** An answer came. */
  seen(): void {
    this.last = new Date().toLocaleTimeString();
    this.place.textContent = `Updated ${this.last}.`;
    show(this.alarm, false);
  }

  /** Tells everybody that nothing answers. @returns whether that is what happened: an API that refuses does answer */
  explains(error: unknown): boolean {
    if (!(error instanceof ProblemError) || error.problem.status !== undefined) return false;
    const known = this.last === undefined ? 'Nothing is known yet.' : `What you see is from ${this.last}.`;
    // Told once: a live region says again what is written again.
    const words = `The API does not answer. ${known} Trying again.`;
    if (this.alarm.hidden) this.alarm.textContent = words;
    show(this.alarm, true);
    return true;
  }
}
