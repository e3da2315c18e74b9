"""Loads the four exports with the libraries of tools, and compares what they read with pictures.json."""

import json
import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore", message="OpenCV")

import globox  # noqa: E402
import supervision  # noqa: E402
from label_studio_sdk.label_interface import LabelInterface  # noqa: E402
from pycocotools.coco import COCO  # noqa: E402

work = Path(sys.argv[1])
exported = json.loads((work / "coco" / "pictures.json").read_text())
pictures = {each["id"]: each for each in exported["pictures"]}
versions = {answer["version"] for each in pictures.values() for answer in each["answers"]}
NEAR = 0.5


def check(isRight, what):
    if not isRight:
        raise SystemExit(f"Expected {what}")


def found(version=None):
    """All boxes of one version, or of all, by picture."""
    return {
        id: [box for answer in each["answers"] if version in (None, answer["version"]) for box in answer["detections"]]
        for id, each in pictures.items()
    }


def corners(box):
    return [box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]]


def same(a, b):
    """Whether two lists have the same boxes, in any order."""
    a, b = sorted(map(list, a)), sorted(map(list, b))
    return len(a) == len(b) and all(abs(x - y) <= NEAR for p, q in zip(a, b) for x, y in zip(p, q))


check(
    len(pictures) == 50 and versions == {"1", "2"},
    f"50 pictures of versions 1 and 2, received {len(pictures)} of {sorted(versions)}",
)

# COCO: the boxes to correct, and the results of each version.
coco = COCO(str(work / "coco" / "annotations.json"))
proposed = {}
for image in coco.loadImgs(coco.getImgIds()):
    boxes = coco.loadAnns(coco.getAnnIds(imgIds=image["id"]))
    proposed[Path(image["file_name"]).stem] = [
        [b["bbox"][0], b["bbox"][1], b["bbox"][0] + b["bbox"][2], b["bbox"][1] + b["bbox"][3]] for b in boxes
    ]
    check(all(0 <= b["score"] <= 1 and b["version"] in versions for b in boxes), "score and version of every box")
check(proposed.keys() == pictures.keys(), "the pictures of pictures.json in COCO")
total = sum(map(len, proposed.values()))
for version in sorted(versions):
    results = coco.loadRes(str(work / "coco" / f"results-{version}.json"))
    scores = sorted(each["score"] for each in results.dataset["annotations"])
    expected = sorted(box["confidence"] for boxes in found(version).values() for box in boxes)
    check(scores == expected, f"the scores of version {version} in COCO's results")
print(f"pycocotools: {len(proposed)} pictures, {total} boxes, results of versions {', '.join(sorted(versions))}")

# supervision: COCO and YOLO, with the pictures themselves.
for name, dataset in {
    "COCO": supervision.DetectionDataset.from_coco(
        images_directory_path=str(work / "coco" / "images"), annotations_path=str(work / "coco" / "annotations.json")
    ),
    "YOLO": supervision.DetectionDataset.from_yolo(
        images_directory_path=str(work / "yolo" / "images"),
        annotations_directory_path=str(work / "yolo" / "labels"),
        data_yaml_path=str(work / "yolo" / "data.yaml"),
    ),
}.items():
    check(dataset.classes == exported["labels"], f"the classes of {name} in supervision, received {dataset.classes}")
    read = {Path(path).stem: detections.xyxy.tolist() for path, _, detections in dataset}
    check(read.keys() == proposed.keys(), f"the pictures of {name} in supervision")
    check(all(same(read[id], proposed[id]) for id in read), f"the boxes of {name} in supervision")
    print(f"supervision: {len(read)} pictures, {sum(map(len, read.values()))} boxes of {name}")

# CVAT.
cvat = globox.AnnotationSet.from_cvat(str(work / "cvat" / "annotations.xml"))
read = {Path(each.image_id).stem: [[b.xmin, b.ymin, b.xmax, b.ymax] for b in each.boxes] for each in cvat}
check(read.keys() == proposed.keys(), "the pictures of CVAT in globox")
check(all(same(read[id], proposed[id]) for id in read), "the boxes of CVAT in globox")
print(f"globox: {len(read)} pictures, {sum(map(len, read.values()))} boxes of CVAT")

# Label Studio: the tasks are valid for the labelling interface. Then a person takes over the last prediction.
tasks = json.loads((work / "label-studio" / "tasks.json").read_text())
interface = LabelInterface((work / "label-studio" / "interface.xml").read_text())
for task in tasks:
    # Without its predictions, which validate_task of 2.1.2 would pass to validate_prediction without an argument.
    check(interface.validate_task({"data": task["data"]}), f"a valid task, received {task['data']}")
    check(all(map(interface.validate_prediction, task["predictions"])), f"valid predictions of {task['data']}")
regions = [region for task in tasks for each in task["predictions"] for region in each["result"]]
check(len(regions) == sum(map(len, found().values())), "a region for each box of each version in Label Studio")
print(f"label-studio-sdk: {len(tasks)} tasks, {len(regions)} boxes of all versions")
for task in tasks:
    task["annotations"] = [{"result": task["predictions"][-1]["result"], "was_cancelled": False}]
(work / "label-studio" / "completed.json").write_text(json.dumps(tasks))
