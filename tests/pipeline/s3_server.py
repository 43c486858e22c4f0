"""A bucket of a server that speaks S3, as the environment of a site names it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from moto.server import ThreadedMotoServer

BUCKET = "sweetspot"
REGION = "us-east-1"
KEYS = {"AWS_ACCESS_KEY_ID": "somebody", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": REGION}


@contextmanager
def running_s3() -> Iterator[dict[str, str]]:
    """Start a server with an empty bucket; yield the settings of a site that stores its files there."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    place = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=place,
        region_name=REGION,
        aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
    )
    client.create_bucket(Bucket=BUCKET)
    options = {"bucket_name": BUCKET, "endpoint_url": place}
    backend = "storages.backends.s3.S3Storage"
    try:
        yield KEYS | {"MEDIA_BACKEND": backend, "MEDIA_OPTIONS": json.dumps(options)}
    finally:
        server.stop()
