/** Another lens: a wider one, with barrel distortion and darker corners. */

interface Picture {
  readonly pixels: Buffer;
  readonly width: number;
  readonly height: number;
}

/** Distortion r′ = r · (1 + k · r²), with r = 1 in the corners, scaled so that no point is outside. */
const DISTORTION = 0.18;
/** Light falls with the fourth power of the cosine of the angle to the axis: here, of 38° in the corners. */
const CORNER_ANGLE = (38 * Math.PI) / 180;

/** The picture as that lens shows it, in the same size and, by automatic exposure, with the same mean. */
export function reprojected<P extends Picture>(picture: P): P {
  const { pixels, width, height } = picture;
  const result = Buffer.alloc(pixels.length);
  const radius = Math.hypot(width, height) / 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [dx, dy] = [(x + 0.5 - width / 2) / radius, (y + 0.5 - height / 2) / radius];
      const square = dx * dx + dy * dy;
      const scale = (1 + DISTORTION * square) / (1 + DISTORTION);
      const [sx, sy] = [width / 2 + dx * scale * radius - 0.5, height / 2 + dy * scale * radius - 0.5];
      const light = Math.cos(Math.atan(Math.tan(CORNER_ANGLE) * Math.sqrt(square))) ** 4;
      for (let channel = 0; channel < 3; channel++) {
        result[3 * (y * width + x) + channel] = light * sampleAt(picture, sx, sy, channel);
      }
    }
  }
  const gain = meanOf(pixels) / meanOf(result);
  return { ...picture, pixels: Buffer.from(result.map((value) => Math.min(255, value * gain))) };
}

function meanOf(pixels: Buffer): number {
  let sum = 0;
  for (const value of pixels) sum += value;
  return sum / pixels.length;
}

/** Bilinear. */
function sampleAt({ pixels, width, height }: Picture, x: number, y: number, channel: number): number {
  const [left, top] = [
    Math.max(0, Math.min(width - 2, Math.floor(x))),
    Math.max(0, Math.min(height - 2, Math.floor(y))),
  ];
  const [fx, fy] = [x - left, y - top];
  const at = (row: number, column: number) => pixels[3 * (row * width + column) + channel] as number;
  const upper = at(top, left) * (1 - fx) + at(top, left + 1) * fx;
  return upper * (1 - fy) + (at(top + 1, left) * (1 - fx) + at(top + 1, left + 1) * fx) * fy;
}
