/** Which part of a picture is shown, in pixels of the picture. */

/** A rectangle. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A CSS transform of an element whose origin is its corner: first scaled, then moved. */
export interface Transform {
  readonly scale: number;
  /** Pixels of the view. */
  readonly left: number;
  readonly top: number;
}

const LEAST = 1.5;
const MOST = 8;
/** The part is shown with this much around it. */
const MARGIN = 1.6;

/**
 * Shows the part of a picture in the middle of its view, where the whole picture fits into the view.
 * @param least smallest scale
 */
export function zoomTo(part: Rectangle, picture: Size, view: Size, least = LEAST): Transform {
  const fit = Math.min(view.width / picture.width, view.height / picture.height);
  const [offsetX, offsetY] = [(view.width - picture.width * fit) / 2, (view.height - picture.height * fit) / 2];
  const scale = Math.min(MOST, Math.max(least, largestScale(part, fit, view)));
  const [middleX, middleY] = [part.x + part.width / 2, part.y + part.height / 2];
  return {
    scale,
    left: edge(view.width / 2 - scale * (offsetX + middleX * fit), { view: view.width, offset: offsetX, scale }),
    top: edge(view.height / 2 - scale * (offsetY + middleY * fit), { view: view.height, offset: offsetY, scale }),
  };
}

/** The scale at which the part and its margin just fit into the view. @param fit scale of the whole picture */
function largestScale(part: Size, fit: number, view: Size): number {
  return Math.min(
    view.width / Math.max(1, part.width * fit * MARGIN),
    view.height / Math.max(1, part.height * fit * MARGIN),
  );
}

/** So that no more of the view is empty than needed. */
function edge(wanted: number, { view, offset, scale }: { view: number; offset: number; scale: number }): number {
  const size = scale * (view - 2 * offset);
  if (size <= view) return (view - size) / 2 - scale * offset;
  return Math.min(-scale * offset, Math.max(view - size - scale * offset, wanted));
}

/** Boxes are shown together where they are so much larger than in the whole picture: else a zoom shows little more. */
const LEAST_TOGETHER = 2;

/**
 * The parts of a picture to zoom to, one after the other, so that each box is whole in one of them: one part around all
 * boxes, or, where that is hardly larger in this view, one around each group of near boxes; from left to right.
 */
export function partsOf(boxes: readonly Rectangle[], picture: Size, view: Size): readonly Rectangle[] {
  const fit = Math.min(view.width / picture.width, view.height / picture.height);
  const scaleOf = (part: Rectangle) => largestScale(part, fit, view);
  const nearest = (parts: readonly Rectangle[]) => {
    const pairs = parts.flatMap((a, index) => parts.slice(index + 1).map((b) => ({ a, b, both: unionOf(a, b) })));
    return pairs
      .filter(({ both }) => scaleOf(both) >= LEAST_TOGETHER)
      .sort((x, y) => scaleOf(y.both) - scaleOf(x.both))[0];
  };
  let parts = boxes;
  for (let pair = nearest(parts); pair; pair = nearest(parts)) {
    const { a, b, both } = pair;
    parts = [...parts.filter((each) => each !== a && each !== b), both];
  }
  return parts.toSorted((a, b) => a.x - b.x || a.y - b.y);
}

function unionOf(a: Rectangle, b: Rectangle): Rectangle {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  const right = Math.max(a.x + a.width, b.x + b.width);
  return { x, y, width: right - x, height: Math.max(a.y + a.height, b.y + b.height) - y };
}

/** The point of a picture under a point of its view, as a part without size. */
export function pointAt(at: { x: number; y: number }, picture: Size, view: Size): Rectangle {
  const fit = Math.min(view.width / picture.width, view.height / picture.height);
  const x = (at.x - (view.width - picture.width * fit) / 2) / fit;
  const y = (at.y - (view.height - picture.height * fit) / 2) / fit;
  const [width, height] = [picture.width / 5, picture.height / 5];
  return { x: x - width / 2, y: y - height / 2, width, height };
}
