import { byId, element } from '../common/element.ts';
import { fetchSample, type Picture, readPicture } from '../common/picture.ts';

/** Who gets the pictures that are dropped, pasted, chosen or taken from the samples. */
export interface Intake {
  readonly onPicture: (picture: Picture, label?: string) => void;
  readonly onProblem: (error: unknown) => void;
}

/** The samples with what is in them, as models name it. */
const SAMPLES: readonly { readonly name: string; readonly label: string; readonly words: string }[] = [
  { name: 'apples', label: 'apple', words: 'Apples' },
  { name: 'cars', label: 'car', words: 'Cars' },
  { name: 'plants', label: 'potted plant', words: 'Potted plants' },
  { name: 'empty-road', label: 'car', words: 'Empty road' },
];

/** All the ways in which a picture comes in. */
export function openIntake(intake: Intake): void {
  const take = (file: File | undefined) => {
    if (file) readPicture(file).then(intake.onPicture, intake.onProblem);
  };
  const input = byId('file', HTMLInputElement);
  input.addEventListener('change', () => {
    take(input.files?.[0]);
    // The same file can be chosen again.
    input.value = '';
  });
  document.addEventListener('paste', (event) => take(event.clipboardData?.files[0]));
  openDrop(take);
  const samples = SAMPLES.map(({ name, label, words }) =>
    sampleButton(name, words, () => {
      fetchSample(name).then((picture) => intake.onPicture(picture, label), intake.onProblem);
    }),
  );
  byId('samples', HTMLElement).append(...samples);
}

/** The whole window takes drops, so that a near miss does not make the browser leave the page. */
function openDrop(take: (file: File | undefined) => void): void {
  const stage = byId('stage', HTMLElement);
  const mark = (over: boolean) => stage.classList.toggle('over', over);
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    mark(true);
  });
  document.addEventListener('dragleave', ({ relatedTarget }) => {
    if (relatedTarget === null) mark(false);
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    mark(false);
    take(event.dataTransfer?.files[0]);
  });
}

function sampleButton(name: string, words: string, onClick: () => void): HTMLElement {
  const picture = element('img', { src: `/docs/samples/${name}.jpg`, alt: words, width: '72', height: '48' });
  const button = element('button', { type: 'button', class: 'sample', title: words }, picture);
  button.addEventListener('click', onClick);
  return button;
}
