"""A detection server as courses write it, for a comparison: FastAPI, OpenCV and ONNX Runtime, one thread each.

MODEL: an ONNX file of the YOLOX family. PICTURES: a folder for pictures and results. SIZE: side of the input.
PORT and WORKERS: where it listens, and how many processes answer.
"""

import json
import os
import socket
import uuid
from pathlib import Path

import cv2
import numpy as np
import onnxruntime as ort
import uvicorn
from fastapi import FastAPI, File, HTTPException, UploadFile
from uvicorn.supervisors import Multiprocess

SIZE = int(os.environ["SIZE"])
PICTURES = Path(os.environ["PICTURES"])
CONFIDENCE, IOU = 0.5, 0.35

cv2.setNumThreads(1)
options = ort.SessionOptions()
options.intra_op_num_threads = 1
options.inter_op_num_threads = 1
session = ort.InferenceSession(os.environ["MODEL"], options, providers=["CPUExecutionProvider"])
input_name = session.get_inputs()[0].name


def grid():
    """Cells and strides of YOLOX's outputs."""
    cells, strides = [], []
    for stride in (8, 16, 32):
        side = SIZE // stride
        x, y = np.meshgrid(np.arange(side), np.arange(side))
        cells.append(np.stack((x, y), 2).reshape(-1, 2))
        strides.append(np.full((side * side, 1), stride))
    return np.concatenate(cells), np.concatenate(strides)


CELLS, STRIDES = grid()


def letterbox(picture):
    scale = min(SIZE / picture.shape[0], SIZE / picture.shape[1])
    width, height = int(picture.shape[1] * scale), int(picture.shape[0] * scale)
    padded = np.full((SIZE, SIZE, 3), 114, dtype=np.uint8)
    padded[:height, :width] = cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR)
    return padded.transpose(2, 0, 1)[None].astype(np.float32), scale


def detect(picture):
    values, scale = letterbox(picture)
    output = session.run(None, {input_name: values})[0][0]
    centres = (output[:, :2] + CELLS) * STRIDES
    sizes = np.exp(output[:, 2:4]) * STRIDES
    scores = output[:, 4:5] * output[:, 5:]
    classes, confidences = scores.argmax(1), scores.max(1)
    kept = confidences > CONFIDENCE
    boxes = np.concatenate((centres - sizes / 2, sizes), 1)[kept] / scale
    classes, confidences = classes[kept], confidences[kept]
    chosen = cv2.dnn.NMSBoxes(boxes.tolist(), confidences.tolist(), CONFIDENCE, IOU)
    return [(boxes[i], int(classes[i]), float(confidences[i])) for i in np.array(chosen).flatten()]


def fit(picture, max_side):
    """The picture with a longer side of `max_side` at most, averaged as the laptop does, and its scale."""
    scale = min(1, max_side / max(picture.shape[:2])) if max_side else 1
    if scale == 1:
        return picture, 1
    size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA), scale


def draw(picture, detections, scale):
    for box, label, confidence in detections:
        x, y, width, height = (value * scale for value in box)
        corner = (int(x), int(y))
        cv2.rectangle(picture, corner, (int(x + width), int(y + height)), (0, 255, 0), 2)
        cv2.putText(picture, f"{label} {confidence:.2f}", corner, cv2.FONT_HERSHEY_SIMPLEX, 0.7, (0, 255, 0), 2)


app = FastAPI()


@app.post("/predict")
def predict(file: UploadFile = File(), max_side: int = 0):
    data = file.file.read()
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise HTTPException(415, "Unsupported file provided.")
    detections = detect(picture)
    fitted, scale = fit(picture, max_side)
    draw(fitted, detections, scale)
    _, annotated = cv2.imencode(".jpg", fitted, [cv2.IMWRITE_JPEG_QUALITY, 85])
    found = [
        {"label": label, "confidence": confidence, "box": [float(value) for value in box]}
        for box, label, confidence in detections
    ]
    result = {"id": str(uuid.uuid4()), "count": len(found), "detections": found}
    (PICTURES / f"{result['id']}.input.jpg").write_bytes(data)
    (PICTURES / f"{result['id']}.jpg").write_bytes(annotated.tobytes())
    (PICTURES / f"{result['id']}.json").write_text(json.dumps(result))
    return result


def serve():
    """As `uvicorn --workers`, but without Nagle's algorithm, with which answers wait 40 ms for acknowledgements.

    asyncio turns it off only for sockets whose protocol is named, and that of uvicorn's parent process is not.
    """
    port, workers = int(os.environ["PORT"]), int(os.environ["WORKERS"])
    config = uvicorn.Config("server:app", port=port, workers=workers, log_level="warning", access_log=False)
    listener = config.bind_socket()
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    Multiprocess(config, sockets=[listener]).run()


if __name__ == "__main__":
    serve()
