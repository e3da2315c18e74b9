import { byId, element } from '../common/element.ts';
import { fetchSample, type Picture, readPicture } from '../common/picture.ts';
import { toJpeg } from './to-jpeg.ts';

/** Receives the pictures that users drop, paste, choose or take from the samples. */
export interface PictureEvents {
  /** @param label the label of the objects in a sample */
  readonly onPicture: (picture: Picture, label?: string) => void;
  readonly onProblem: (error: unknown) => void;
}

/** The samples with the label of their objects. */
const SAMPLES: readonly { readonly name: string; readonly label: string; readonly title: string }[] = [
  { name: 'apples', label: 'apple', title: 'Apples' },
  { name: 'cars', label: 'car', title: 'Cars' },
  { name: 'plants', label: 'potted plant', title: 'Potted plants' },
  { name: 'empty-road', label: 'car', title: 'Empty road' },
];

/** Accepts pictures in all four ways. */
export function acceptPictures({ onPicture, onProblem }: PictureEvents): void {
  const take = (file: File | undefined) => {
    if (file) readPicture(file, toJpeg).then(onPicture, onProblem);
  };
  const input = byId('file', HTMLInputElement);
  input.addEventListener('change', () => {
    take(input.files?.[0]);
    // So that the same file can be chosen again.
    input.value = '';
  });
  document.addEventListener('paste', (event) => take(event.clipboardData?.files[0]));
  acceptDrops(take);
  const samples = SAMPLES.map(({ name, label, title }) =>
    sampleButton(name, title, () => {
      fetchSample(name).then((picture) => onPicture(picture, label), onProblem);
    }),
  );
  byId('samples', HTMLElement).append(...samples);
}

/** The whole window accepts drops, because a browser leaves the page for a file dropped beside the viewer. */
function acceptDrops(take: (file: File | undefined) => void): void {
  const viewer = byId('viewer', HTMLElement);
  const mark = (over: boolean) => viewer.classList.toggle('over', over);
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

function sampleButton(name: string, title: string, onClick: () => void): HTMLElement {
  const picture = element('img', { src: `/docs/samples/${name}.jpg`, alt: title, width: '72', height: '48' });
  const button = element('button', { type: 'button', class: 'sample', title }, picture);
  button.addEventListener('click', onClick);
  return button;
}
