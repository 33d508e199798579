# SPDX-License-Identifier: Apache-2.0
"""The JSON Schemas in docs/schemas, which describe what the program prints with `-o json`."""

import functools
import json
import sys
from pathlib import Path

try:
    import jsonschema
except ImportError as missing:
    print(f"{missing}; install python3-jsonschema")
    sys.exit(125)
try:
    import referencing  # from jsonschema 4.18 on; older versions have their own resolver
except ImportError:
    referencing = None

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "schemas"
ENDING = ".schema.json"
VALIDATOR = jsonschema.Draft202012Validator


@functools.cache
def schemas():
    """Schemas by name: "plan" is plan.schema.json."""
    files = sorted(FOLDER.iterdir())
    return {path.name.removesuffix(ENDING): json.loads(path.read_text(encoding="utf-8")) for path in files}


@functools.cache
def validator(name):
    """The validator for one schema. The files refer to each other by name."""
    files = {f"{one}{ENDING}": schema for one, schema in schemas().items()}
    if referencing is None:
        resolver = jsonschema.RefResolver(f"{name}{ENDING}", schemas()[name], store=files)
        return VALIDATOR(schemas()[name], resolver=resolver)
    resources = [(file, referencing.Resource.from_contents(schema)) for file, schema in files.items()]
    return VALIDATOR({"$ref": f"{name}{ENDING}"}, registry=referencing.Registry().with_resources(resources))


def told(error):
    """The error in words. If no branch of a oneOf matches, the errors of the branch whose `type` is right."""
    branches = {}
    for one in error.context or ():
        branches.setdefault(one.schema_path[0], []).append(one)
    meant = [found for found in branches.values() if not any(list(one.path) == ["type"] for one in found)]
    if error.validator == "oneOf" and len(meant) == 1:
        return [line for one in meant[0] for line in told(one)]
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
    return [f"{place or 'the whole'}: {error.message[:400]}"]


def faults(name, document):
    """Every place where the document breaks docs/schemas/NAME.schema.json."""
    return [line for error in validator(name).iter_errors(document) for line in told(error)]


def check(name, document):
    """Fails unless the document matches its schema. Returns the document."""
    found = faults(name, document)
    assert not found, f"not as {name}{ENDING} says:\n  " + "\n  ".join(found)
    return document


def check_stream(text):
    """Checks an event stream: every line, and which event comes first and last. Returns the events."""
    events = [check("event", json.loads(line)) for line in text.splitlines()]
    kinds = [event["type"] for event in events]
    assert kinds[:1] == ["version"] and kinds[-1:] == ["result"], f"a stream of {kinds}"
    assert kinds.count("version") == kinds.count("result") == 1, f"a stream of {kinds}"
    return events
