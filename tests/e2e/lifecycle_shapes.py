"""Checks lifecycle rules against the shapes in lifecycle_shapes/, which repeat what the providers publish.

A shape is a small part of JSON Schema, so that no package is needed. An object has exactly the listed members: a
misspelled member, which some stores would ignore, is a fault.
"""

import json
import pathlib
import re

SHAPES = pathlib.Path(__file__).with_name("lifecycle_shapes")
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
KEYWORDS = {"about", "type", "members", "optional", "items", "max", "values", "min", "pattern", "max_bytes"}


def shape_of(provider):
    return json.loads((SHAPES / f"{provider}.json").read_text(encoding="utf-8"))


def faults(value, shape, place="rule"):
    """Returns the faults of a value as texts; none if it has the shape."""
    assert shape.keys() <= KEYWORDS, shape.keys() - KEYWORDS
    # Python's bool is an int, but JSON's true is no number.
    if not isinstance(value, TYPES[shape["type"]]) or (isinstance(value, bool) and shape["type"] != "boolean"):
        return [f"{place} is no {shape['type']}"]
    return [fault for check in CHECKS[shape["type"]] for fault in check(value, shape, place)]


def check_members(value, shape, place):
    for name in value.keys() - shape["members"].keys():
        yield f"{place}.{name} is unknown"
    for name in shape["members"].keys() - value.keys() - set(shape.get("optional", [])):
        yield f"{place}.{name} is missing"
    for name in value.keys() & shape["members"].keys():
        yield from faults(value[name], shape["members"][name], f"{place}.{name}")


def check_items(value, shape, place):
    if not 1 <= len(value) <= shape["max"]:
        yield f"{place} has {len(value)} items"
    for number, item in enumerate(value):
        yield from faults(item, shape["items"], f"{place}[{number}]")


def check_text(value, shape, place):
    if "values" in shape and value not in shape["values"]:
        yield f"{place} is {value!r}"
    if "pattern" in shape and not re.fullmatch(shape["pattern"], value):
        yield f"{place} is {value!r}"
    if not 1 <= len(value.encode()) <= shape.get("max_bytes", 1024):
        yield f"{place} has {len(value.encode())} bytes"


def check_number(value, shape, place):
    if not shape["min"] <= value <= shape["max"]:
        yield f"{place} is {value}"


CHECKS = {"object": [check_members], "array": [check_items], "string": [check_text], "integer": [check_number],
          "boolean": []}
