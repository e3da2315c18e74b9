import { progressBar } from '../terminal/progress.ts';
import type { Output } from '../terminal/terminal.ts';
import { type AnsweredPicture, answerAll, type Runnable } from './answer.ts';
import type { AnswersFile } from './answers-file.ts';
import type { LabelledPicture } from './pictures.ts';

/**
 * Answers the pictures of a comparison: those that a stopped one has answered are taken from its file.
 * @returns in the order of the pictures
 * @throws AnswerError
 */
export async function answerPictures(
  variants: readonly Runnable[],
  pictures: readonly LabelledPicture[],
  answers: AnswersFile,
  output: Pick<Output, 'note'>,
): Promise<AnsweredPicture[]> {
  const left = pictures.filter(({ content }) => !answers.find(content));
  const known = pictures.length - left.length;
  if (known > 0) output.note(`${known} of them were answered by a comparison that was stopped: it goes on from there.`);
  const contents = new Map(left.map(({ path, content }) => [path, content]));
  const onAnswer = ({ path, ...answer }: AnsweredPicture) => answers.add(contents.get(path) as string, answer);
  if (left.length > 0) {
    const { report: progress, end } = progressBar('pictures');
    const paths = left.map(({ path }) => path);
    await answerAll(variants, paths, { progress, onAnswer }).finally(end);
  }
  return pictures.map(({ path, content }) => ({ path, ...answers.find(content) }) as AnsweredPicture);
}
