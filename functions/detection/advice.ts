/** How to make a JPEG of a photo, for callers who send a phone's own format. */
export const GET_A_JPEG =
  'Send it as JPEG. On an iPhone: Settings, Camera, Formats, Most Compatible makes the camera write JPEG. ' +
  'On a Mac: sips -s format jpeg photo.heic --out photo.jpg. On Linux: heif-convert photo.heic photo.jpg.';

/** What to send instead, by the end of the name of what was sent. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/(HEIC|HEIF) picture$/, GET_A_JPEG],
  [/video( \(MOV\))?$/, 'Send one picture as JPEG; of a live photo, send the photo instead of the video.'],
  [/raw picture$/, 'Export it as JPEG.'],
  [/base64 text$/, 'Send the bytes of the picture, or JSON whose "image" is this text.'],
  [/(written again|text mode)$/, 'Send the bytes of the picture as they are, in binary mode (curl: --data-binary).'],
  [/(a GIF|a BMP|a TIFF|picture)$/, 'Convert it to JPEG, PNG, WebP or AVIF.'],
];

/** What to send instead of a file with this name; undefined where it is no picture. */
export function adviceFor(name: string): string | undefined {
  return ADVICE.find(([pattern]) => pattern.test(name))?.[1];
}
