/** The script of a report file. It shows commands that record decisions, because a file cannot call the API. */

import { wireGallery } from './gallery.ts';

wireGallery(document);
for (const details of document.querySelectorAll('.decision')) {
  const [input, code] = [details.querySelector('input'), details.querySelector('code')];
  input?.addEventListener('input', () => {
    if (code && input.value !== '' && input.checkValidity()) {
      code.textContent = (code.dataset.command ?? '').replace('COUNT', String(input.valueAsNumber));
    }
  });
}
