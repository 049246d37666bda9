"""A description of an API held against itself, and answers held against it."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

Node = dict[str, Any]

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
FORMATS: dict[str, Callable[[str], object]] = {
    "uuid": UUID,
    "date": date.fromisoformat,
    "date-time": datetime.fromisoformat,
}
KEYWORDS = {
    "type", "properties", "required", "additionalProperties", "items", "enum", "format", "description", "title",
    "default", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "pattern", "readOnly", "$ref",
}  # fmt: skip
"""The words of JSON Schema that we use; OpenAPI 3.0's `nullable` is none any more."""
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
OPERATION = {"parameters", "requestBody", "responses", "summary", "description", "tags", "operationId", "security"}


def nodes(tree: Any) -> Iterator[Any]:
    """Every object of a JSON tree."""
    if isinstance(tree, dict):
        yield tree
        for branch in tree.values():
            yield from nodes(branch)
    elif isinstance(tree, list):
        for branch in tree:
            yield from nodes(branch)


def resolved(described: Node, node: Node) -> Node:
    """What stands where a reference leads; KeyError when it leads nowhere."""
    while "$ref" in node:
        place: Any = described
        for step in node["$ref"].removeprefix("#/").split("/"):
            place = place[step]
        node = place
    return node


def operations(described: Node) -> Iterator[tuple[str, str, Node]]:
    """(method, path, operation) of a description."""
    for path, item in described["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield method.upper(), path, operation


def faults_of(described: Node) -> list[str]:
    """What is not OpenAPI 3.1: references that lead nowhere, words that it does not know, parts that it asks for."""
    problems = [f"lacks {part}" for part in ("openapi", "info", "paths") if part not in described]
    for node in nodes(described):
        try:
            resolved(described, node)
        except KeyError:
            problems.append(f"{node['$ref']} leads nowhere")
    for name, schema in described["components"]["schemas"].items():
        problems += [f"{name}: {fault}" for fault in _faults_of_schema(schema)]
    for method, path, operation in operations(described):
        where = f"{method} {path}"
        problems += [f"{where}: {word}" for word in sorted(set(operation) - OPERATION)]
        in_path = set(re.findall(r"{(\w+)}", path))
        parameters = [resolved(described, each) for each in described["paths"][path].get("parameters", [])]
        parameters += [resolved(described, each) for each in operation.get("parameters", [])]
        named = {each["name"] for each in parameters if each["in"] == "path" and each.get("required")}
        problems += [f"{where}: {{{name}}} is not described" for name in sorted(in_path ^ named)]
        for parameter in parameters:
            problems += [f"{where} {parameter['name']}: {fault}" for fault in _faults_of_schema(parameter["schema"])]
        for status, answer in operation["responses"].items():
            if not re.fullmatch(r"default|[1-5]\d\d", status) or not resolved(described, answer).get("description"):
                problems.append(f"{where}: {status} is not described")
    return problems


def _faults_of_schema(schema: Node) -> Iterator[str]:
    yield from (f"{word} is no word of a schema" for word in sorted(set(schema) - KEYWORDS))
    kinds = schema.get("type", [])
    yield from (f"{kind} is no type" for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind not in TYPES)
    for name in set(schema.get("required", ())) - set(schema.get("properties", ())):
        yield f"{name} is required and not described"
    for name, inner in schema.get("properties", {}).items():
        yield from (f"{name}: {fault}" for fault in _faults_of_schema(inner))
    for inner in (schema.get("items"), schema.get("additionalProperties")):
        if isinstance(inner, dict):
            yield from _faults_of_schema(inner)


def departures(described: Node, schema: Node, value: Any, where: str = "answer") -> list[str]:
    """How a value departs from its schema."""
    schema = resolved(described, schema)
    kinds = schema.get("type", list(TYPES))
    allowed = [kind for name in ([kinds] if isinstance(kinds, str) else kinds) for kind in TYPES[name]]
    if not isinstance(value, tuple(allowed)) or (isinstance(value, bool) and bool not in allowed):
        return [f"{where}: {value!r} is no {kinds}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is none of {schema['enum']}"]
    if isinstance(value, str) and schema.get("format") in FORMATS:
        FORMATS[schema["format"]](value)
    if isinstance(value, list) and "items" in schema:
        pairs = [(f"{where}[{place}]", schema["items"], item) for place, item in enumerate(value)]
        return [fault for at, inner, item in pairs for fault in departures(described, inner, item, at)]
    if isinstance(value, dict):
        return _departures_of_object(described, schema, value, where)
    return []


def _departures_of_object(described: Node, schema: Node, value: Node, where: str) -> list[str]:
    found = [f"{where}: lacks {name}" for name in schema.get("required", ()) if name not in value]
    others = schema.get("additionalProperties", True)
    for name, item in value.items():
        inner = schema.get("properties", {}).get(name, others)
        if inner is False:
            found.append(f"{where}: {name} is not described")
        elif isinstance(inner, dict):
            found += departures(described, inner, item, f"{where}.{name}")
    return found
