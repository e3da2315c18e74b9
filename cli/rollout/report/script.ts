/** The page's own few lines: filters of the gallery, which boxes are shown, the command that records a decision. */
export const SCRIPT = `
const gallery = document.getElementById('gallery');
const pressed = (button, on) => button.setAttribute('aria-pressed', String(on));
for (const button of document.querySelectorAll('[data-kind]')) button.addEventListener('click', () => {
  for (const other of document.querySelectorAll('[data-kind]')) pressed(other, other === button);
  let shown = 0;
  for (const figure of gallery.children) {
    figure.hidden = button.dataset.kind !== 'all' && !figure.dataset.kinds.split(',').includes(button.dataset.kind);
    if (!figure.hidden) shown += 1;
  }
  document.getElementById('none').hidden = shown > 0;
});
for (const button of document.querySelectorAll('[data-boxes]')) button.addEventListener('click', () => {
  const on = button.getAttribute('aria-pressed') !== 'true';
  pressed(button, on);
  gallery.classList.toggle(button.dataset.boxes, button.dataset.boxes.startsWith('hide-') ? !on : on);
});
for (const input of document.querySelectorAll('.decision input')) input.addEventListener('input', () => {
  const code = input.closest('.decision').querySelector('code');
  if (input.checkValidity() && input.value !== '') code.textContent = code.dataset.command.replace('COUNT', String(Number(input.value)));
});
`;
