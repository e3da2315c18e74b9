/** Because Safari allows a canvas no more. */
const MAX_CANVAS_PIXELS = 16_000_000;

/** A JPEG of a picture, upright as the browser shows it. Fails where the browser cannot decode the file. */
export async function toJpeg(file: File): Promise<File> {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    const { naturalWidth, naturalHeight } = image;
    const scale = Math.min(1, Math.sqrt(MAX_CANVAS_PIXELS / (naturalWidth * naturalHeight)));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.floor(naturalWidth * scale));
    canvas.height = Math.max(1, Math.floor(naturalHeight * scale));
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92));
    if (blob?.type !== 'image/jpeg') throw new Error('Expected a JPEG of the canvas, received none');
    return new File([blob], `${file.name.replace(/\.\w+$/, '')}.jpg`, { type: 'image/jpeg' });
  } finally {
    URL.revokeObjectURL(image.src);
  }
}
