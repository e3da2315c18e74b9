import { LabelFileError, type TextFile } from './format.ts';

/** A file with this content. */
export function jsonFile(path: string, content: unknown): TextFile {
  return { path, text: `${JSON.stringify(content, null, 1)}\n` };
}

/** The content of a file. @throws LabelFileError */
export function parsedJson({ path, text }: TextFile): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LabelFileError(path, [`Expected JSON, received ${(error as Error).message}`]);
  }
}
