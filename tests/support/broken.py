# SPDX-License-Identifier: Apache-2.0
"""Breaks a JSON document in every way that a schema should notice: an extra key, a missing key, a value of another
kind."""

OTHER = 7.5  # not a string, integer, array, object, boolean or null
SORTS = ("type", "kind", "ev", "outcome", "key")  # objects of one list differ by the value of one of these keys


def sort_of(value):
    return "/".join(str(value[key]) for key in SORTS if isinstance(value, dict) and isinstance(value.get(key), str))


def places(value, where, without):
    """(where, object) of every object inside. Places in a list share one name, plus the sort of the object there."""
    if isinstance(value, dict):
        yield where, value
        for key, member in value.items():
            if key not in without:
                yield from places(member, f"{where}.{key}", ())
    elif isinstance(value, list):
        for member in value:
            yield from places(member, f"{where}[{sort_of(member)}]", ())


def breaks(document, known, without=()):
    """Breaks the document in place, yields how, and repairs it. Skips the keys in `without` and whatever is in `known`,
    and adds each break to `known`."""
    for where, thing in list(places(document, sort_of(document), without)):
        for key in [*thing, "no_such_key"]:
            for way in ("removed", "of another kind") if key in thing else ("added",):
                if (where, key, way) in known:
                    continue
                known.add((where, key, way))
                kept = dict(thing)
                if way == "removed":
                    del thing[key]
                else:
                    thing[key] = OTHER
                yield f"{where}.{key} {way}"
                thing.clear()
                thing.update(kept)
