/** A virtual endpoint: pictures by the hour, with a day, a week, weather, and near neighbours of each scene. */

import { stratumOf } from '../../functions/drift/calendar.ts';
import { type Binned, binsOf, type PictureFacts } from '../../functions/drift/features.ts';
import type { HourSketch } from '../../functions/drift/reference.ts';
import { type Sketch, SketchBuilder, sketchOf } from '../../functions/drift/sketch.ts';
import type { Random } from '../simulation/random.ts';
import type { Row } from './pools.ts';

/** What the endpoint is like. */
export interface World {
  readonly picturesPerDay: number;
  /** Standard deviation of how much a day is brighter or darker than others, as ranks of the pictures: 0–1. */
  readonly weather: number;
  /** The same of how many objects a day's pictures have, as ranks of the pictures. Default: 0. */
  readonly content?: number;
}

/** Rows from the darkest to the brightest, so that a time of day and a weather choose a part of them. */
export type Ranked = readonly Row[];

export function ranked(rows: readonly Row[]): Ranked {
  return rows.toSorted((a, b) => (a.measures?.brightness ?? 0) - (b.measures?.brightness ?? 0));
}

/** Pictures of a scene: a first one, and with this chance one more, again and again. So a third are near neighbours. */
const ONE_MORE = 1 / 3;
/** Pictures of a scene, on average. */
export const PICTURES_OF_SCENE = 1 / (1 - ONE_MORE);
/** Share of the pictures that are refused. */
const REFUSED = 0.002;
/** Part of the rows that an hour shows: the darker by night, the brighter by day. */
const PART = 0.6;
/** Traffic of weekends, as a share of that of weekdays. */
const WEEKEND = 0.6;
const HOUR = 3_600_000;
/** Milliseconds between the pictures of a scene. */
const BETWEEN = 20_000;
const CAMERAS = 5;

const known = new WeakMap<Row, Binned>();

/** Bins of a row, which do not depend on when it is sent. */
function binsOfRow(picture: PictureFacts & { readonly row?: Row }): Binned {
  const { row } = picture;
  if (!row) return binsOf(picture);
  const bins = known.get(row) ?? binsOf(row as PictureFacts);
  known.set(row, bins);
  return bins;
}

/** Pictures of one view, one after the other. */
interface SceneOfRow {
  readonly row: Row;
  readonly caller: string;
  readonly time: number;
  readonly pictures: number;
  readonly isRefused: boolean;
}

/** How an hour is sketched: from all its pictures, or from one of each scene, which is nearly the same and faster. */
export type Sketching = 'pictures' | 'scenes';

/** Pictures of one endpoint, hour after hour. */
export class VirtualEndpoint {
  private readonly world: World;
  private readonly random: Random;
  private day = -1;
  private light = 0;
  private content = 0;

  constructor(world: World, random: Random) {
    this.world = world;
    this.random = random;
  }

  /** The sketch of an hour. @param rows which pictures the endpoint receives */
  hour(hour: number, rows: Ranked, sketching: Sketching = 'scenes'): HourSketch {
    this.startDay(Math.floor(hour / 24));
    const expected = (this.world.picturesPerDay / 24) * busyness(hour);
    const count = this.random.poisson(expected * (1 - ONE_MORE));
    const scenes = Array.from({ length: count }, () => this.scene(hour, rows));
    return { hour, sketch: sketching === 'pictures' ? this.ofPictures(scenes) : ofScenes(scenes) };
  }

  /** Weather lasts: a day is half as the day before. */
  private startDay(day: number): void {
    if (day === this.day) return;
    const { weather, content } = this.world;
    this.light = this.nextDay(this.light, weather);
    if (content !== undefined) this.content = this.nextDay(this.content, content);
    this.day = day;
  }

  private nextDay(before: number, deviation: number): number {
    return 0.5 * before + Math.sqrt(0.75) * deviation * this.random.normal();
  }

  private scene(hour: number, rows: Ranked): SceneOfRow {
    const { random } = this;
    const row = this.row(hour, rows);
    const caller = `camera-${random.below(CAMERAS)}`;
    const time = (hour + random.uniform()) * HOUR;
    let pictures = 1;
    while (random.chance(ONE_MORE)) pictures++;
    return { row, caller, time, pictures, isRefused: random.chance(REFUSED) };
  }

  /** With a content that differs from day to day, more often the one of two rows that has more objects, or fewer. */
  private row(hour: number, rows: Ranked): Row {
    const { random } = this;
    const draw = () => rows[rankAt(hour, this.light, random, rows.length)] as Row;
    const first = draw();
    if (this.content === 0) return first;
    const second = draw();
    // The larger of two ranks is over the smaller by a third, on average.
    const isMore = random.chance(0.5 + 3 * this.content);
    return objectsOf(first) > objectsOf(second) === isMore ? first : second;
  }

  private ofPictures(scenes: readonly SceneOfRow[]): Sketch {
    const pictures = scenes.flatMap(({ row, caller, time, pictures: count, isRefused }) =>
      Array.from({ length: count }, (_, at): PictureFacts & { row?: Row } => {
        const sent = { time: time + at * BETWEEN, caller };
        return isRefused ? sent : { ...row, row, ...sent, luminance: jittered(row.luminance ?? '', this.random) };
      }),
    );
    return sketchOf(pictures, binsOfRow);
  }
}

function objectsOf({ detections }: Row): number {
  return detections?.length ?? 0;
}

/** Scenes of one row are one: their luminance is the same. */
function ofScenes(scenes: readonly SceneOfRow[]): Sketch {
  const builder = new SketchBuilder();
  const answered = new Set(scenes.filter(({ isRefused }) => !isRefused).map(({ row }) => row));
  for (const row of answered) builder.add(binsOfRow({ time: 0, row }), 1);
  for (const { isRefused } of scenes) if (isRefused) builder.add({ bins: [] }, 1);
  return { ...builder.sketch(), pictures: scenes.reduce((sum, { pictures }) => sum + pictures, 0) };
}

/** Nine times as many pictures by day as by night, fewer at weekends; 1 on average over a week. */
function busyness(hour: number): number {
  const daily = 1 + 0.8 * Math.cos(((hour % 24) - 13) * (Math.PI / 12));
  return (daily * (stratumOf(hour) < 24 ? 1 : WEEKEND)) / ((5 + 2 * WEEKEND) / 7);
}

/** A row from the part that the time of day shows, moved by the weather. Weekends have a later morning. */
function rankAt(hour: number, light: number, random: Random, rows: number): number {
  const shift = stratumOf(hour) < 24 ? 13 : 14;
  const sun = 0.5 + 0.5 * Math.cos(((hour % 24) - shift) * (Math.PI / 12));
  const start = Math.max(0, Math.min(1 - PART, (1 - PART) * sun + light));
  return Math.floor((start + PART * random.uniform()) * rows);
}

/** The luminance of a near neighbour: a few cells have another level, by one. */
function jittered(luminance: string, random: Random): string {
  const cell = random.below(Math.max(1, luminance.length));
  const level = Math.max(48, Math.min(111, luminance.charCodeAt(cell) + (random.chance(0.5) ? 1 : -1)));
  return luminance === '' ? '' : luminance.slice(0, cell) + String.fromCharCode(level) + luminance.slice(cell + 1);
}
