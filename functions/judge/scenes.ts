/**
 * Which pictures of a shadow are evidence: one of each scene.
 *
 * The gambler of `bounded-mean.ts` may bet on a value whose mean, given those before, meets the hypothesis. The second
 * picture of a scene is no such value: the first one has nearly told it. So pictures of the same content, and near
 * neighbours, count once. Near neighbours are
 *
 * - pictures of the same scene, whenever and from whomever they come: encoded anew, resized, a little brighter. Each
 *   of 64 cells has the same luminance, within 4 of 64 levels. On 235 photos, JPEG quality 50–90, half the size, noise
 *   and 5 % more light move a cell by 3 levels at most. Of any two photos, some cell differs by 11 or more.
 * - pictures of one camera within a minute: one caller, half of the cells the same. Of two photos, that is so in 1 of
 *   600 pairs.
 *
 * A scene counts by the picture that is drawn first, in an order that knows no answer (`spread-sample.ts`), and the
 * value stays: it is bet on once. The mean of all pictures of a scene would change with each that comes later, when
 * the capital has been looked at, and the chance to *ever* exceed 1/α would not be bounded any more (Ville). What is
 * lost is little: m pictures of a scene whose values correlate by ρ are worth m / (1 + (m − 1) ρ) (Kish, Survey
 * Sampling, 1965), so ten at ρ = 0.8 are worth 1.2.
 *
 * What a proof is about: the mean over scenes of the sampled time. A camera whose view stays, while its content
 * changes, gives one scene a minute at most.
 */

/** A picture by what it is recognised. */
export interface SeenPicture {
  /** Id of its request, or the part of it that is kept. */
  readonly id: string;
  /** Hash of its bytes, or the part of it that is kept. */
  readonly sha256: string;
  /** Minutes since the epoch. */
  readonly minute: number;
  /** Who sent it, or from where; absent: not known, as all others that are not known. */
  readonly caller?: string;
  /** See `luminanceOf`. Absent: not known, so that only the same content is recognised. */
  readonly luminance?: string;
}

/** `repeat`: of the same content as one before. `neighbour`: nearly the same. `new`: another scene. */
export type Novelty = 'new' | 'neighbour' | 'repeat';

/** What is known of the pictures so far. */
export interface KnownPictures {
  /** Those that count, one of each scene. Absent: none yet. */
  readonly scenes?: readonly SeenPicture[];
  /** Hashes of their near neighbours. Absent: none yet. */
  readonly neighbours?: readonly string[];
}

/** Hashes of neighbours that are kept: one that is forgotten is a neighbour again, and still no evidence. */
const MOST_NEIGHBOURS = 5000;

/** Levels by which the luminance of the same cell may differ. */
const SAME_LEVELS = 4;

/**
 * Whether a picture shows a scene that has not counted yet. One that counts itself is new, so that a corrected decision
 * on it counts again.
 */
export function noveltyOf(picture: SeenPicture, { scenes = [], neighbours = [] }: KnownPictures): Novelty {
  if (scenes.some(({ id }) => id === picture.id)) return 'new';
  if (scenes.some(({ sha256 }) => sha256 === picture.sha256) || neighbours.includes(picture.sha256)) return 'repeat';
  return scenes.some((other) => areNeighbours(picture, other)) ? 'neighbour' : 'new';
}

/** The same with one more picture. */
export function withPicture(known: KnownPictures, picture: SeenPicture, novelty: Novelty): KnownPictures {
  const { scenes = [], neighbours = [] } = known;
  switch (novelty) {
    case 'new':
      return { ...known, scenes: [...scenes, picture] };
    case 'neighbour':
      return { ...known, neighbours: [...neighbours, picture.sha256].slice(-MOST_NEIGHBOURS) };
    case 'repeat':
      return known;
  }
}

function areNeighbours(a: SeenPicture, b: SeenPicture): boolean {
  if (a.luminance === undefined || b.luminance === undefined) return false;
  const isSameMinute = a.minute === b.minute && a.caller === b.caller;
  return differAtMost(isSameMinute ? a.luminance.length / 2 : 0, a.luminance, b.luminance);
}

/** Whether at most so many cells differ. Stops at the first that is too many, because most pairs differ at once. */
function differAtMost(most: number, a: string, b: string): boolean {
  let differing = 0;
  for (let cell = 0; cell < a.length; cell++) {
    if (Math.abs(a.charCodeAt(cell) - b.charCodeAt(cell)) <= SAME_LEVELS) continue;
    differing += 1;
    if (differing > most) return false;
  }
  return true;
}
