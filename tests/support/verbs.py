"""The verbs that sources can put on record, read from the sources themselves."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from clais.workflow import Workflow
from tests.architecture.sources import Source

RECORDS = frozenset({"record", "record_reading"})
DEFAULT = {"record_reading": "person.read"}
"""The verb of a call that names none."""
VERB = re.compile(r"[a-z_]+\.[a-z_]+")
PLACE = {"record": 1, "record_reading": 2}


@dataclass
class Recorded:
    """The verbs found, and the calls of which nobody can say what they record."""

    verbs: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)


def recorded(sources: Iterable[Source], workflows: Mapping[str, Workflow]) -> Recorded:
    """What the calls of `record` and `record_reading` in these sources can record.

    A verb made of a prefix and a variable is one for each transition of the prefix's workflow, if it has one, and one
    for each text that the module hands to that variable. A verb made of an attribute and an ending is one for
    each text that any source gives that attribute by its name.
    """
    found = Recorded()
    sources = list(sources)
    constants = {name: value for source in sources for name, value in _constants(source)}
    given = _given_by_name(sources)
    for source in sources:
        for function, call in _calls(source):
            verbs = set(_verbs(call, function, source, workflows, constants, given))
            found.verbs |= {verb for verb in verbs if VERB.fullmatch(verb)}
            if not verbs or not all(VERB.fullmatch(verb) for verb in verbs):
                found.unread.add(f"{source.module}:{call.lineno}")
    return found


def _constants(source: Source) -> Iterator[tuple[str, str]]:
    """The texts that a module names, such as READING, with the module and without: another one may import them."""
    for node in source.tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield f"{source.module}.{target.id}", node.value.value
                    if VERB.fullmatch(node.value.value):
                        yield target.id, node.value.value


def _given_by_name(sources: Iterable[Source]) -> dict[str, set[str]]:
    """The texts that calls give by name, such as `recorded_as="note_template"`."""
    given: dict[str, set[str]] = {}
    for source in sources:
        for word in (word for node in ast.walk(source.tree) if isinstance(node, ast.Call) for word in node.keywords):
            if word.arg and isinstance(word.value, ast.Constant) and isinstance(word.value.value, str):
                given.setdefault(word.arg, set()).add(word.value.value)
    return given


def _calls(source: Source, names: frozenset[str] = RECORDS) -> Iterator[tuple[ast.FunctionDef, ast.Call]]:
    for function in ast.walk(source.tree):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                    yield function, node


def _verbs(
    call: ast.Call,
    function: ast.FunctionDef,
    source: Source,
    workflows: Mapping[str, Workflow],
    constants: Mapping[str, str],
    attributes: Mapping[str, set[str]],
) -> Iterator[str]:
    name = ast.unparse(call.func)
    given = {word.arg: word.value for word in call.keywords}
    verb = call.args[PLACE[name]] if len(call.args) > PLACE[name] else given.get("verb")
    if verb is None:
        yield DEFAULT.get(name, "")
    elif isinstance(verb, ast.JoinedStr) and isinstance(verb.values[0], ast.FormattedValue):
        attribute, ending = getattr(verb.values[0].value, "attr", ""), getattr(verb.values[-1], "value", "")
        yield from (f"{text}{ending}" for text in attributes.get(attribute, ()))
    elif isinstance(verb, ast.JoinedStr):
        prefix = str(getattr(verb.values[0], "value", ""))
        workflow = workflows.get(prefix.removesuffix("."))
        if workflow is not None:
            yield from (f"{prefix}{transition.name}" for transition in workflow.transitions)
        if isinstance(verb.values[1], ast.FormattedValue):
            yield from (f"{prefix}{value}" for value in _texts(verb.values[1].value, function, source, constants))
    else:
        yield from _texts(verb, function, source, constants)


def _texts(value: ast.expr, function: ast.FunctionDef, source: Source, constants: Mapping[str, str]) -> Iterator[str]:
    """The texts that an expression may be: written there, chosen, assigned above, or handed over by a caller."""
    if isinstance(value, ast.Constant):
        yield str(value.value)
    elif isinstance(value, ast.IfExp):
        yield from _texts(value.body, function, source, constants)
        yield from _texts(value.orelse, function, source, constants)
    elif isinstance(value, ast.Name):
        known = constants.get(f"{source.module}.{value.id}") or constants.get(value.id)
        if known:
            yield known
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == value.id for t in node.targets):
                yield from _texts(node.value, function, source, constants)
        parameters = [argument.arg for argument in function.args.args]
        if value.id in parameters:
            yield from _handed_over(function, parameters.index(value.id), source, constants)


def _handed_over(function: ast.FunctionDef, place: int, source: Source, constants: Mapping[str, str]) -> Iterator[str]:
    for caller in ast.walk(source.tree):
        if isinstance(caller, ast.FunctionDef):
            for node in ast.walk(caller):
                called = (
                    isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function.name
                )
                if called and len(node.args) > place:  # type: ignore[attr-defined]
                    yield from _texts(node.args[place], caller, source, constants)  # type: ignore[attr-defined]
