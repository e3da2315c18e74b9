/** Copies an element's text, and says so on the button. */
export async function copyFrom(place: HTMLElement, button: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(place.textContent ?? '');
    button.textContent = 'Copied';
  } catch {
    // No clipboard without TLS, or without leave: the text is selected for the person to copy.
    getSelection()?.selectAllChildren(place);
    button.textContent = 'Selected';
  }
}
