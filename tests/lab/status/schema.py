# SPDX-License-Identifier: Apache-2.0
"""Checks JSON against the part of JSON Schema that docs/status.schema.json uses. A keyword that is
not known here is an error, so that the schema cannot promise what nobody checks."""

import json
from pathlib import Path

SCHEMA = Path(__file__).resolve().parents[3] / "docs" / "status.schema.json"
KNOWN = {
    "$schema", "$id", "title", "description", "type", "const", "enum", "properties", "required",
    "additionalProperties", "items", "minimum", "pattern",
}
TYPES = {
    "object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "null": type(None),
}


def faults(value, schema, path="status"):
    """Every place where `value` is not as the schema says."""
    unknown = set(schema) - KNOWN
    if unknown:
        return [f"{path}: the schema uses {unknown}, which nobody checks"]
    found = []
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if types and not any(
        is_number if name == "integer" else isinstance(value, TYPES[name]) for name in types
    ):
        return [f"{path}: {value!r} is no {' or '.join(types)}"]
    if "const" in schema and value != schema["const"]:
        found.append(f"{path}: {value!r} is not {schema['const']!r}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{path}: {value!r} is none of {schema['enum']}")
    if "minimum" in schema and is_number and value < schema["minimum"]:
        found.append(f"{path}: {value} is below {schema['minimum']}")
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        found += [f"{path}: no {key}" for key in schema.get("required", []) if key not in value]
        if schema.get("additionalProperties") is False:
            found += [f"{path}: {key} is not in the schema" for key in value if key not in properties]
        for key, inner in properties.items():
            if key in value:
                found += faults(value[key], inner, f"{path}.{key}")
    if isinstance(value, list) and "items" in schema:
        for at, one in enumerate(value):
            found += faults(one, schema["items"], f"{path}[{at}]")
    return found


def status_faults(status):
    return faults(status, json.loads(SCHEMA.read_text(encoding="utf-8")))
