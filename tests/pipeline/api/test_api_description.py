"""The OpenAPI description of the API is complete."""

from __future__ import annotations

import json
import re

from django.test import Client

from pipeline.api.description import ENDPOINTS, description


def test_the_description_names_every_endpoint_and_type_and_is_served_without_a_token(client: Client) -> None:
    served = client.get("/api/v1/openapi.json").json()
    assert served["openapi"] == "3.1.0"
    operations = {
        operation["operationId"]: operation
        for path in served["paths"].values()
        for operation in path.values()
    }
    assert set(operations) == {endpoint.name for endpoint in ENDPOINTS}
    assert all(operation["summary"].endswith(".") for operation in operations.values())
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(served)))
    assert references <= set(served["components"]["schemas"])
    sent = operations["create_study"]["requestBody"]["content"]["application/json"]["schema"]
    assert sent == {"$ref": "#/components/schemas/NewStudy"}
    in_path = {part["name"] for part in operations["retry_job"]["parameters"]}
    assert in_path == {"code", "job"}
    assert set(served["components"]["schemas"]["NewStudy"]["required"]) == {"name"}
    assert description("https://a.example/api/v1/")["servers"] == [{"url": "https://a.example/api/v1"}]
