/** Recorded pictures that come again: what a shadow takes from them, by the real recognition of scenes. */

import { type SeenPicture, SeenPictures } from '../../functions/judge/scenes.ts';
import type { PictureScore } from '../../functions/judge/shadow-score.ts';
import { add, NO_PICTURES, type ShadowTally, withNovelty } from '../../functions/judge/shadow-tally.ts';
import type { Random } from './random.ts';
import { makeVariants } from './scenes.ts';
import { failingReplays, REPLAYS_PER_MINUTE, scoreScene, type VirtualEndpoint } from './virtual-endpoint.ts';

const { ceil, floor, min } = Math;

/** How pictures come again. */
export interface Repetition {
  /** So many requests in a row show one scene. */
  readonly times: number;
  /** `same`: the same bytes. `anew`: encoded anew each time. */
  readonly as: 'same' | 'anew';
  /** Share of the requests that comes from one camera, whose content stays for ten minutes. Default 0. */
  readonly camera?: number;
}

/** Variants of each scene of the pool. */
const VARIANTS = 10;
/** Most names of the first sample, and of each later one, as in `functions/rollout/shadow.ts`. */
const CHOSEN = { first: 5000, later: 200 };
/** Most requests that are read in a minute. */
const READ_PER_MINUTE = 1000;
const DAY = 1440;
const MONTH = 31 * DAY;
/** Minutes for which the content of the camera stays, and cells of its view that change with the content. */
const CAMERA = { stays: 10, cells: 24 };
/** Cells of a view. */
const CELLS = 64;

/** Scores of scenes, each with those of its variants. */
export type ScenePool = readonly (readonly PictureScore[])[];

/** What a pool of scenes is made for. */
type PoolConditions = Pick<VirtualEndpoint, 'fault' | 'liveErrors' | 'times'> & { readonly repetition: Repetition };

/** Scores of scenes by the real comparison. @param count of pictures */
export function makePool(endpoint: PoolConditions, count: number, random: Random): ScenePool {
  const { repetition } = endpoint;
  const variants = repetition.as === 'anew' ? VARIANTS : 1;
  return Array.from({ length: ceil(count / variants) }, () => {
    const fails = random.chance(failingReplays(endpoint));
    return makeVariants(random, variants).map((scene) =>
      fails ? ({ status: 'failed' } as const) : scoreScene(endpoint, scene, random),
    );
  });
}

/** The pictures of one endpoint, and what its shadow has taken from them. */
export class RecordedPictures {
  private readonly volume: number;
  private readonly repetition: Repetition;
  private readonly pool: ScenePool;
  private readonly random: Random;
  private readonly seen = new SeenPictures();
  private tally = NO_PICTURES;
  private readonly views = new Map<number, Uint8Array>();
  /** Numbers of chosen requests that are not read yet. A request of a later minute has a larger number. */
  private queue: number[];
  private readonly before: number;
  /** Requests that a sample has covered. */
  private covered: number;
  private minutes = 0;

  constructor(
    { volume, repetition }: Pick<VirtualEndpoint, 'volume'> & { repetition: Repetition },
    pool: ScenePool,
    random: Random,
  ) {
    this.volume = volume;
    this.repetition = repetition;
    this.pool = pool;
    this.random = random;
    const ofDay = floor(DAY * volume);
    this.before = ofDay < CHOSEN.first ? floor(MONTH * volume) : ofDay;
    this.covered = this.before;
    this.queue = this.sample(0, this.before, CHOSEN.first);
  }

  /** One minute of the shadow. @param countsRepeats whether every picture counts */
  advance(countsRepeats: boolean): ShadowTally {
    this.minutes += 1;
    if (this.queue.length === 0) {
      const now = floor(this.before + this.minutes * this.volume);
      this.queue = this.sample(this.covered, now, CHOSEN.later);
      this.covered = now;
    }
    const most = this.tally.pictures + REPLAYS_PER_MINUTE;
    for (let read = 0; read < READ_PER_MINUTE && this.tally.pictures < most; read++) {
      const request = this.queue.pop();
      if (request === undefined) break;
      this.read(request, countsRepeats);
    }
    return this.tally;
  }

  private read(request: number, countsRepeats: boolean): void {
    const { picture, score } = this.pictureOf(request);
    const novelty = this.seen.noveltyOf(picture);
    this.seen.add(picture, novelty);
    this.tally = withNovelty(this.tally, novelty);
    if (novelty === 'new' || countsRepeats) this.tally = add(this.tally, score);
  }

  /** Evenly over the requests, in any order. */
  private sample(from: number, to: number, most: number): number[] {
    const count = min(most, to - from);
    const chosen = Array.from({ length: count }, (_, at) => from + floor((at * (to - from)) / count));
    for (let left = count - 1; left > 0; left--) {
      const other = this.random.below(left + 1);
      [chosen[left], chosen[other]] = [chosen[other] as number, chosen[left] as number];
    }
    return chosen;
  }

  private pictureOf(request: number): { picture: SeenPicture; score: PictureScore } {
    const { times, as, camera = 0 } = this.repetition;
    const minute = floor(request / this.volume);
    const isCamera = hash(request, 1) / 2 ** 32 < camera;
    const scene = isCamera ? -1 - floor(minute / CAMERA.stays) : floor(request / times);
    const variants = this.pool[hash(scene, 2) % this.pool.length] as readonly PictureScore[];
    const score = variants[hash(request, 3) % variants.length] as PictureScore;
    const sha256 = String(as === 'anew' ? request : scene);
    return { picture: new RecordedPicture(request, { minute, sha256, view: this.viewOf(scene, isCamera) }), score };
  }

  /** The cells of a scene. */
  private viewOf(scene: number, isCamera: boolean): Uint8Array {
    const known = this.views.get(scene);
    if (known) return known;
    const view = new Uint8Array(CELLS);
    for (let cell = 0; cell < CELLS; cell++) {
      const content = isCamera && cell >= CAMERA.cells ? 0 : scene;
      view[cell] = 50 + (hash(content, 10 + cell) % 60);
    }
    this.views.set(scene, view);
    return view;
  }
}

/** A picture of a scene, whose luminance is only computed where it is compared. */
class RecordedPicture implements SeenPicture {
  readonly id: string;
  readonly sha256: string;
  readonly minute: number;
  private readonly request: number;
  private readonly view: Uint8Array;
  private cells: string | undefined;

  constructor(
    request: number,
    { minute, sha256, view }: { readonly minute: number; readonly sha256: string; readonly view: Uint8Array },
  ) {
    this.id = String(request);
    this.sha256 = sha256;
    this.minute = minute;
    this.request = request;
    this.view = view;
  }

  get luminance(): string {
    this.cells ??= encodedAnew(this.view, this.request);
    return this.cells;
  }
}

/** Because most of a simulation's time is spent here. */
const LEVELS = new Array<number>(CELLS).fill(0);

/** Each encoding moves a cell by a level. */
function encodedAnew(view: Uint8Array, request: number): string {
  for (let cell = 0; cell < CELLS; cell++) LEVELS[cell] = (view[cell] as number) + (hash(request, cell) % 2);
  return String.fromCharCode.apply(undefined, LEVELS);
}

/** 32 bits that look random (the finalizer of MurmurHash3). */
function hash(value: number, salt: number): number {
  let bits = (Math.imul(value | 0, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b)) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
