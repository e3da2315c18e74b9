import { seededRandom } from '../../../cli/model/evaluation/random.ts';
import type { Detection } from '../../../functions/detection/detect.ts';
import type { EvaluatedPhoto, PhotoTruth, TruthBox } from '../../../functions/truth/photos.ts';

/** A detection by its numbers. */
export function detected(label: string, confidence: number, [x, y, width, height]: readonly number[]): Detection {
  return { label, classIndex: 0, confidence, box: { x, y, width, height } as Detection['box'] };
}

/** A true object by its numbers. */
export function object(label: string, [x, y, width, height]: readonly number[], crowd = false): TruthBox {
  const box = { x, y, width, height } as TruthBox['box'];
  return { label, box, crowd, area: box.width * box.height };
}

/** A photo with annotations of all objects of `labels`. */
export function truthOf(file: string, boxes: readonly TruthBox[], labels: readonly string[]): PhotoTruth {
  const counts = Object.fromEntries(labels.map((label) => [label, boxes.filter((box) => box.label === label).length]));
  return { file, boxes, counts, judged: new Set(labels) };
}

export function photo(truth: PhotoTruth, candidates: readonly Detection[], served = candidates): EvaluatedPhoto {
  return { truth, candidates, served };
}

/**
 * Forty photos of cars and apples with objects of all sizes, crowds, boxes off by up to a third, false and double
 * detections, and many equal scores: whole numbers and hundredths, so that another program reads exactly the same.
 */
export function syntheticPhotos(): EvaluatedPhoto[] {
  const random = seededRandom(20261122);
  const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const labels = ['car', 'apple', 'potted plant'];
  return Array.from({ length: 40 }, (_, index) => {
    const boxes: TruthBox[] = [];
    const candidates: Detection[] = [];
    for (let count = whole(0, 9); count > 0; count--) {
      const label = labels[whole(0, 1)] as string;
      const box = [whole(0, 500), whole(0, 300), whole(8, 140), whole(8, 180)];
      boxes.push(object(label, box, random() < 0.1));
      for (let hits = whole(0, 2); hits > 0; hits--) {
        const moved = box.map(
          (value) => value + whole(-Math.floor((box[2] as number) / 6), Math.floor((box[2] as number) / 6)),
        );
        candidates.push(
          detected(
            label,
            whole(5, 99) / 100,
            moved.map((value, side) => (side > 1 ? Math.max(1, value) : value)),
          ),
        );
      }
    }
    for (let count = whole(0, 4); count > 0; count--) {
      candidates.push(
        detected(labels[whole(0, 2)] as string, whole(1, 60) / 100, [
          whole(0, 500),
          whole(0, 300),
          whole(8, 140),
          whole(8, 180),
        ]),
      );
    }
    return photo(truthOf(`${index}.jpg`, boxes, labels), candidates);
  });
}
