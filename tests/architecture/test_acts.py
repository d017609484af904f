"""Every act names who and when, runs in one transaction, and leaves an event named after its room."""

import ast
import importlib
import inspect
from pathlib import Path
from types import FunctionType

import pytest

SRC = Path(__file__).resolve().parents[2] / "src"

NOT_ACTS = {
    "mooring.academy.checks.actions.review.send_reviews": "the clock's turn: each letter is an act",
    "mooring.academy.credits.actions.batches.work_on_batches": "the clock's turn: each certificate is an act",
    "mooring.academy.credits.actions.credentials.grant_for": "grants by an act of identity, where recognised",
    "mooring.academy.credits.actions.credentials.take_back_for": "revokes by an act of identity",
    "mooring.identity.actions.confirm_signature": "a check inside an act, not an act",
    "mooring.knowledge.actions.announce": "the clock's turn: each task is made and closed by its own act",
    "mooring.work.actions.close_tasks_about": "closes each task by its own act",
    "mooring.work.actions.make_task": "gives back the open task, or makes one by a recorded act",
    "mooring.work.actions.hash_of": "computes",
    "mooring.work.actions.token_of": "computes",
    "mooring.work.actions.why_closed": "computes",
    "mooring.work.actions.best_channel": "computes",
}


def action_modules() -> list[str]:
    files = [*SRC.glob("mooring/**/actions.py"), *SRC.glob("mooring/**/actions/*.py")]
    return sorted(
        ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__") for path in files
    )


def public_functions() -> list[FunctionType]:
    found = []
    for name in action_modules():
        module = importlib.import_module(name)
        for value in vars(module).values():
            if inspect.isfunction(value) and value.__module__ == name and not value.__name__.startswith("_"):
                found.append(value)
    return found


def name_of(function: FunctionType) -> str:
    return f"{function.__module__}.{function.__qualname__}"


@pytest.mark.parametrize("act", public_functions(), ids=name_of)
def test_every_act_is_recorded_under_its_rooms_name(act: FunctionType) -> None:
    if name_of(act) in NOT_ACTS:
        return
    event = getattr(act, "event_name", None)
    assert event, f"{name_of(act)} leaves no event"
    room = act.__module__.removeprefix("mooring.").split(".actions")[0]
    assert event.startswith(f"{room}."), f"{event} is not named after {room}"
    parameters = inspect.signature(act).parameters
    assert {"by", "at"} <= set(parameters)
    assert all(each.kind is inspect.Parameter.KEYWORD_ONLY for each in parameters.values())


def test_the_list_of_exceptions_shrinks() -> None:
    assert set(NOT_ACTS) <= {name_of(function) for function in public_functions()}


def test_no_act_saves_a_whole_row() -> None:
    """`save()` without fields can overwrite what a colleague wrote a moment ago."""
    wrong = []
    for name in action_modules():
        file = importlib.import_module(name).__file__
        assert file
        for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
            if not (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "save"
            ):
                continue
            if {"update_fields", "force_insert"}.isdisjoint(keyword.arg or "" for keyword in node.keywords):
                wrong.append(f"{name}:{node.lineno}")
    assert not wrong
