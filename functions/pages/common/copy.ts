/** Copies the text of an element, and confirms it on the button. */
export async function copyText(source: HTMLElement, button: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(source.textContent ?? '');
    button.textContent = 'Copied';
  } catch {
    // Browsers give no clipboard without TLS or permission: the user copies the selected text.
    getSelection()?.selectAllChildren(source);
    button.textContent = 'Selected';
  }
}
