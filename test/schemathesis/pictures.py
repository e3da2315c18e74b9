"""Schemathesis hooks: half of the pictures sent are real, whole or damaged, to test the code behind decoding too."""

import os
from base64 import b64encode
from pathlib import Path

import schemathesis
from hypothesis import strategies as st

PICTURES = [path.read_bytes() for path in sorted(Path(os.environ["PICTURES"]).iterdir())]

whole = st.sampled_from(PICTURES)


@st.composite
def damaged(draw):
    """A truncated picture, or one with a changed byte."""
    picture = draw(whole)
    position = draw(st.integers(0, len(picture) - 1))
    return draw(st.sampled_from([picture[:position], picture[:position] + b"\x00" + picture[position + 1 :]]))


content = whole | damaged() | st.binary(max_size=64) | st.just(b"")

schemathesis.openapi.format("binary", content)
for media_type in ["image/*", "image/jpeg", "application/octet-stream"]:
    schemathesis.openapi.media_type(media_type, content)


@schemathesis.hook
def map_body(context, body):
    """Base64 has no format in the schema: every second text becomes a picture."""
    if isinstance(body, dict) and isinstance(body.get("image"), str) and len(body["image"]) % 2 == 0:
        picture = PICTURES[len(body["image"]) // 2 % len(PICTURES)]
        return {**body, "image": b64encode(picture).decode()}
    return body


@schemathesis.hook
def map_query(context, query):
    """Adds the required model, without which every request to /predict fails."""
    if context.operation.path.endswith("/predict"):
        return {"model": "counter-nano", **(query or {})}
    return query
