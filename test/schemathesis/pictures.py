"""Schemathesis' hooks: half of the pictures that it sends are real ones, whole or damaged, so that what lies behind decoding is reached too."""

import os
from base64 import b64encode
from pathlib import Path

import schemathesis
from hypothesis import strategies as st

PICTURES = [path.read_bytes() for path in sorted(Path(os.environ["PICTURES"]).iterdir())]

whole = st.sampled_from(PICTURES)


@st.composite
def damaged(draw):
    """A picture that breaks off, or with one byte changed."""
    picture = draw(whole)
    place = draw(st.integers(0, len(picture) - 1))
    return draw(st.sampled_from([picture[:place], picture[:place] + b"\x00" + picture[place + 1 :]]))


content = whole | damaged() | st.binary(max_size=64) | st.just(b"")

schemathesis.openapi.format("binary", content)
for media_type in ["image/*", "image/jpeg", "application/octet-stream"]:
    schemathesis.openapi.media_type(media_type, content)


@schemathesis.hook
def map_body(context, body):
    """Base64 has no format of its own here: every second text becomes a picture."""
    if isinstance(body, dict) and isinstance(body.get("image"), str) and len(body["image"]) % 2 == 0:
        picture = PICTURES[len(body["image"]) // 2 % len(PICTURES)]
        return {**body, "image": b64encode(picture).decode()}
    return body


@schemathesis.hook
def map_query(context, query):
    """Without the name of its model each request to /predict would end there."""
    if context.operation.path.endswith("/predict"):
        return {"model": "counter-nano", **(query or {})}
    return query
