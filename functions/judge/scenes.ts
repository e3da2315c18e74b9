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

import { SceneIndex } from './scene-index.ts';

/** A picture by what it is recognised. */
export interface SeenPicture {
  /** Id of its request, or the part of it that is kept. */
  readonly id: string;
  /** Hash of its bytes, or the part of it that is kept. */
  readonly sha256: string;
  /** When it was taken: minutes since the epoch. Absent: not known, so that it is of the same minute as no other. */
  readonly minute?: number;
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

/** The pictures so far. It changes in place, because a copy of the lists for every picture takes quadratic time. */
export class SeenPictures {
  private readonly scenes: SeenPicture[];
  private readonly index = new SceneIndex();
  private readonly ids: Set<string>;
  private readonly hashes: Set<string>;
  private readonly neighbours: Set<string>;
  /** In the order in which they came, from the first that is not forgotten. */
  private readonly oldestNeighbours: Iterator<string>;

  constructor({ scenes = [], neighbours = [] }: KnownPictures = {}) {
    this.scenes = [...scenes];
    for (const scene of scenes) this.index.add(scene);
    this.ids = new Set(scenes.map(({ id }) => id));
    this.hashes = new Set(scenes.map(({ sha256 }) => sha256));
    this.neighbours = new Set(neighbours);
    this.oldestNeighbours = this.neighbours.values();
  }

  /** What is kept of them: lists that do not change any more. */
  get known(): KnownPictures {
    const neighbours = [...this.neighbours];
    return {
      ...(this.scenes.length > 0 && { scenes: [...this.scenes] }),
      ...(neighbours.length > 0 && { neighbours }),
    };
  }

  /**
   * Whether a picture shows a scene that has not counted yet. One that counts itself is new, so that a corrected
   * decision on it counts again.
   */
  noveltyOf(picture: SeenPicture): Novelty {
    if (this.ids.has(picture.id)) return 'new';
    if (this.hashes.has(picture.sha256) || this.neighbours.has(picture.sha256)) return 'repeat';
    return this.index.hasNeighbour(picture) ? 'neighbour' : 'new';
  }

  /** Takes one more picture. Nothing is to be kept of a repeat. */
  add(picture: SeenPicture, novelty: Novelty): void {
    if (novelty === 'new') this.addScene(picture);
    if (novelty === 'neighbour') this.addNeighbour(picture);
  }

  private addScene(picture: SeenPicture): void {
    this.scenes.push(picture);
    this.index.add(picture);
    this.ids.add(picture.id);
    this.hashes.add(picture.sha256);
  }

  private addNeighbour({ sha256 }: SeenPicture): void {
    this.neighbours.add(sha256);
    if (this.neighbours.size > MOST_NEIGHBOURS) this.neighbours.delete(this.oldestNeighbours.next().value);
  }
}
