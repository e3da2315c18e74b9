"""Calls the API by the client of openapi-python-client, and prints what it reads as JSON."""

import json
import sys
from io import BytesIO
from pathlib import Path

import httpx
from generated import Client
from generated.api.count_cars import (
    get_count_cars_prediction,
    post_count_cars,
    post_count_cars_upload,
    put_count_cars_decision,
)
from generated.api.predict import post_predict
from generated.models import (
    Decision,
    GatewayMessage,
    PostCountCarsFilesBody,
    PostPredictFilesBody,
    PostPredictModel,
    Problem,
)
from generated.types import File

url, folder = sys.argv[1], Path(sys.argv[2])
client = Client(base_url=url, timeout=60)
elsewhere = Client(base_url=f"{url}/nowhere")


def payload(name):
    return BytesIO((folder / name).read_bytes())


def count(name, **options):
    form = PostCountCarsFilesBody(file=File(payload=payload(name), file_name=name))
    return post_count_cars.sync_detailed(client=client, body=form, **options)


def read(answer):
    parsed = answer.parsed
    if not isinstance(parsed, (Problem, GatewayMessage)):
        raise TypeError(f"Expected an error, received {answer}")
    return f"{answer.status_code.value} {parsed.type_ if isinstance(parsed, Problem) else parsed.message}"


counted = count("cars.jpg").parsed
stored = get_count_cars_prediction.sync(counted.id, client=client)
decision = Decision(count=4, by="night shift")
decided = put_count_cars_decision.sync(counted.id, client=client, body=decision)
# Without a file name, as the generated class allows.
form = PostPredictFilesBody(file=File(payload=payload("cars.jpg")))
drawn = post_predict.sync(client=client, body=form, model=PostPredictModel.COUNTER_NANO, accept="image/jpeg")
ticket = post_count_cars_upload.sync(client=client)
picture = (folder / "cars.jpg").read_bytes()
uploaded = httpx.post(ticket.url, data=ticket.fields.to_dict(), files={"file": ("cars.jpg", picture)})

outcome = {
    "count": counted.count,
    "stored": stored.status,
    "decision": decided.decision.count,
    "picture": drawn.payload.read(3).hex(),
    "uploaded": uploaded.status_code,
    "errors": [
        read(count("cars.jpg", confidence=2)),
        read(get_count_cars_prediction.sync_detailed("unknown", client=client)),
        read(count("large.jpg")),
        read(count("document.pdf")),
        read(count("broken.jpg")),
        read(post_count_cars_upload.sync_detailed(client=elsewhere)),
        read(count("huge.jpg")),
    ],
}
print(json.dumps(outcome, indent=2))
