# SPDX-License-Identifier: Apache-2.0
"""A JSON document, broken in every way that a schema should see: a key too many, a key too few, a value of another kind."""

OTHER = 7.5  # no text, no whole number, no list, no object, neither true nor null
SORTS = ("type", "kind", "ev", "outcome", "key")  # keys by whose value objects of one list differ


def sort_of(value):
    return "/".join(str(value[key]) for key in SORTS if isinstance(value, dict) and isinstance(value.get(key), str))


def places(value, where, without):
    """(where, object) of every object inside; places in a list have one name but for the sort of what stands there."""
    if isinstance(value, dict):
        yield where, value
        for key, member in value.items():
            if key not in without:
                yield from places(member, f"{where}.{key}", ())
    elif isinstance(value, list):
        for member in value:
            yield from places(member, f"{where}[{sort_of(member)}]", ())


def breaks(document, known, without=()):
    """Breaks the document in place, says how, mends it; not inside of its keys `without`. What is in `known` is not done
    again, and added to it."""
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
