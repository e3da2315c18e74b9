import type { Commands } from '../common/commands.ts';
import { byId } from '../common/element.ts';

/** Whether single keys are commands: users of speech input turn them off. */
const KEYS_OFF = 'judge-keys-off';

/** What a page does with commands. */
export interface ControlsContext<Command> {
  readonly onCommand: (command: Command) => void;
  /** Called with the true count. @returns whether it was accepted */
  readonly onCount: (count: number) => boolean;
}

/** Keys, buttons and the field of the count. */
export class Controls<Command> {
  private readonly count = byId('count', HTMLInputElement);
  private readonly commands: Commands<Command>;

  constructor(commands: Commands<Command>, { onCommand, onCount }: ControlsContext<Command>) {
    this.commands = commands;
    document.addEventListener('keydown', (event) => {
      const command = this.commandOf(event);
      if (!command) return;
      event.preventDefault();
      onCommand(command);
    });
    for (const button of document.querySelectorAll<HTMLElement>('[data-command]')) {
      const command = commands.ofButton(button.dataset.command ?? '');
      if (command) button.addEventListener('click', () => onCommand(command));
    }
    const help = commands.ofButton('help');
    if (help) byId('help', HTMLElement).addEventListener('click', () => onCommand(help));
    byId('counting', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      if (onCount(Number(this.count.value))) this.count.blur();
    });
    this.count.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.endCount();
    });
    this.wireSwitch();
  }

  /** Moves to the field of the count. @param digit its first digit */
  beginCount(digit = ''): void {
    this.count.value = digit;
    this.count.focus();
  }

  /** Marks the button of a decision that is corrected. */
  mark(decision: string | number | undefined): void {
    for (const button of document.querySelectorAll<HTMLElement>('[data-command]')) {
      button.classList.toggle('chosen', button.dataset.command === decision);
    }
    this.count.value = typeof decision === 'number' ? String(decision) : '';
    this.count.classList.toggle('chosen', typeof decision === 'number');
  }

  private endCount(): void {
    this.count.value = '';
    this.count.blur();
  }

  private commandOf({ key, target, repeat, ctrlKey, metaKey, altKey }: KeyboardEvent): Command | undefined {
    const isTyping = target instanceof HTMLInputElement && target.type !== 'checkbox';
    const isBlocked = isTyping || repeat || ctrlKey || metaKey || altKey || byId('work', HTMLElement).hidden;
    if (isBlocked || byId('keys', HTMLDialogElement).open || localStorage.getItem(KEYS_OFF) !== null) return undefined;
    return this.commands.ofKey(key);
  }

  private wireSwitch(): void {
    const input = byId('use-keys', HTMLInputElement);
    input.checked = localStorage.getItem(KEYS_OFF) === null;
    input.addEventListener('change', () => {
      if (input.checked) localStorage.removeItem(KEYS_OFF);
      else localStorage.setItem(KEYS_OFF, 'yes');
    });
  }
}
