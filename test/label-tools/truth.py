"""Loads the truth of the four imports as COCO, and compares it with the exports."""

import json
import sys
from pathlib import Path

from pycocotools.coco import COCO

work = Path(sys.argv[1])


def boxes(path):
    coco = COCO(str(path))
    name = {image["id"]: Path(image["file_name"]).stem for image in coco.loadImgs(coco.getImgIds())}
    return {each: sorted(a["bbox"] for a in coco.imgToAnns[id]) for id, each in name.items()}


def near(a, b):
    return len(a) == len(b) and all(abs(x - y) <= 0.5 for p, q in zip(a, b) for x, y in zip(p, q))


proposed = boxes(work / "coco" / "annotations.json")
pictures = json.loads((work / "coco" / "pictures.json").read_text())["pictures"]
last = {
    each["id"]: sorted(
        [d["box"]["x"], d["box"]["y"], d["box"]["width"], d["box"]["height"]] for d in each["answers"][-1]["detections"]
    )
    for each in pictures
}
for format in ["coco", "yolo", "cvat", "label-studio"]:
    truth, expected = boxes(work / format / "truth.json"), last if format == "label-studio" else proposed
    if truth.keys() != expected.keys() or not all(near(truth[id], expected[id]) for id in truth):
        raise SystemExit(f"Expected the exported boxes in the truth of {format}")
    print(f"truth of {format}: {len(truth)} pictures, {sum(map(len, truth.values()))} boxes")
