"""Every act names who and when, runs in one transaction, and leaves an event named after its room."""

import ast
import importlib
import inspect
from collections.abc import Callable
from datetime import datetime
from types import FunctionType
from typing import Any

import pytest

from mooring.audit.recording import recorded
from tests.architecture.sources import modules, walk

NOT_ACTS = {
    "mooring.academy.checks.actions.review.send_reviews": "the clock's turn: each letter is an act",
    "mooring.academy.cohorts.actions.letters.look_after_cohorts": "the clock's turn: each reminder and task is an act",
    "mooring.academy.registers.actions.announcing.announce_courses": "the clock's turn: each task is made and closed by its own act",
    "mooring.academy.cohorts.actions.practice.offering_of": "computes",
    "mooring.academy.cohorts.actions.telling.tell_participant": "writes by a recorded act, inside the act that calls it",
    "mooring.academy.checks.actions.printing.make_prints": "the clock's turn: the print is stored by an act",
    "mooring.academy.reports.actions.jobs.work_on_reports": "the clock's turn: each part is an act",
    "mooring.academy.reports.actions.reports.report_scope": "computes, and refuses what cannot be",
    "mooring.academy.events.actions.send_reminders": "the clock's turn: each reminder is an act",
    "mooring.academy.credits.actions.profiles.forget_birthdays": "the clock's turn: each profile is an act",
    "mooring.academy.credits.actions.batches.work_on_batches": "the clock's turn: each certificate is an act",
    "mooring.academy.credits.actions.credentials.grant_for": "grants by an act of identity, where recognised",
    "mooring.academy.credits.actions.credentials.take_back_for": "revokes by an act of identity",
    "mooring.care.disclosures.actions.erasing.erase_addresses": "a part of the acts that erase",
    "mooring.care.disclosures.actions.external.close_expired": "the clock's turn: each leaving is an act",
    "mooring.care.disclosures.actions.copies.file_of": "names a file",
    "mooring.care.disclosures.actions.copies.make_copy": "writes a file; that it is there is an act",
    "mooring.care.disclosures.actions.copies.work_on_copies": "the clock's turn: each copy is an act",
    "mooring.care.disclosures.actions.mark_at_source": "marks by its own act, where a rule names the row",
    "mooring.care.disclosures.actions.mark_facts": "marks each by its own act, where a rule names the fact",
    "mooring.care.sessions.actions.alert_tasks.follow_alerts": "makes and closes each task by its own act",
    "mooring.care.sessions.actions.alert_tasks.watch_sessions": "the clock's turn: each task is made by its own act",
    "mooring.care.sessions.actions.devices.end_devices": "a part of the acts that end the dosing or the stay",
    "mooring.care.sessions.actions.devices.store_readings": "a machine's rows, no act of a person; pairing and end are acts",
    "mooring.care.sessions.actions.adverse.enter_emergency": "enters the event by an act of the register",
    "mooring.care.sessions.actions.chaperone.due_at": "computes",
    "mooring.care.treatments.actions.signers.refuse_signers": "a check inside an act, not an act",
    "mooring.care.treatments.actions.asking.plan_by_schedules": "part of the draft's act",
    "mooring.care.treatments.actions.asking.lay_out": "part of the act that changed the plan or a dose",
    "mooring.care.treatments.actions.asking.send_due_measures": "the clock's turn: each step is an act",
    "mooring.care.sessions.actions.chaperone.watch_consoles": "the clock's turn: each step is an act",
    "mooring.care.sessions.actions.groups.ratio_faults": "a check inside an act, not an act",
    "mooring.care.sessions.actions.follow_up.move_follow_up": "moves each task by its own act",
    "mooring.care.stock.actions.counting.close_discrepancy": "a part of the act that settles it",
    "mooring.care.stock.actions.counting.containers_of": "reads",
    "mooring.care.stock.actions.doses.account_for_draws": "a part of the acts that draw and book a dose",
    "mooring.care.stock.actions.doses.book_dose": "books by a recorded act, where a ledger is kept",
    "mooring.care.stock.actions.drawing.close_when_squared": "closes each task by its own act",
    "mooring.care.stock.actions.drawing.use_until": "computes",
    "mooring.care.stock.actions.lines.in_hand_of": "reads",
    "mooring.care.stock.actions.receiving.finish_if_empty": "a part of the acts that take out of a container",
    "mooring.care.stock.actions.receiving.refuse_without_key": "a check inside an act, not an act",
    "mooring.care.stock.actions.lines.too_little": "makes a refusal",
    "mooring.care.stock.actions.watching.watch_stock": "the clock's turn: each task is made by its own act",
    "mooring.care.stock.actions.witnessing.digest_of_device": "computes",
    "mooring.care.papers.actions.batches.draw_batches": "the clock's turn: draws what an act asked for",
    "mooring.care.rems.actions.refuse_contradiction": "a check inside an act, not an act",
    "mooring.care.rems.actions.remind_of_forms": "the clock's turn: each task is made by its own act",
    "mooring.care.rems.actions.who_sends": "reads",
    "mooring.care.sessions.actions.give_part.against_more": "reads what speaks against, inside an act",
    "mooring.care.sessions.actions.give_part.review_of": "computes",
    "mooring.care.sessions.actions.give_part.refuse_faults": "a check inside an act, not an act",
    "mooring.care.sessions.actions.give_part.refuse_more": "a check inside an act; the review is a task of its own act",
    "mooring.care.sessions.actions.give_part.store_part": "writes one entry inside an act",
    "mooring.care.treatments.actions.treatments.owe_preparation": "makes each task by its own act",
    "mooring.identity.actions.confirm_signature": "a check inside an act, not an act",
    "mooring.identity.actions.confirm_signatures": "a check inside an act, not an act",
    "mooring.knowledge.actions.announce": "the clock's turn: each task is made and closed by its own act",
    "mooring.work.actions.close_tasks_about": "closes each task by its own act",
    "mooring.work.actions.withdraw_links_about": "withdraws each link by its own act",
    "mooring.work.actions.make_task": "gives back the open task, or makes one by a recorded act",
    "mooring.work.actions.hash_of": "computes",
    "mooring.work.actions.token_of": "computes",
    "mooring.work.actions.why_closed": "computes",
    "mooring.work.actions.best_channel": "computes",
}


def is_of_acts(path: str) -> bool:
    parts = path.removesuffix(".py").split("/")
    return "actions" in parts


def action_modules() -> list[str]:
    return sorted(
        "mooring." + path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        for path in modules()
        if is_of_acts(path)
    )


def public_functions() -> list[FunctionType]:
    found = []
    for name in action_modules():
        module = importlib.import_module(name)
        for value in vars(module).values():
            if inspect.isfunction(value) and value.__module__ == name and not value.__name__.startswith("_"):
                found.append(value)
    return found


def name_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def faults_of(act: Callable[..., Any]) -> list[str]:
    """What an act lacks: its event, the room's name in it, who and when, keywords only."""
    faults = []
    event = getattr(act, "event_name", "")
    room = act.__module__.removeprefix("mooring.").split(".actions")[0]
    if not event.startswith(f"{room}."):
        faults.append(f"its event {event!r} is not named after {room}")
    parameters = inspect.signature(act).parameters
    if not {"by", "at"} <= set(parameters):
        faults.append("it does not say who and when")
    if any(each.kind is not inspect.Parameter.KEYWORD_ONLY for each in parameters.values()):
        faults.append("it takes more than keywords")
    return faults


def test_every_act_is_recorded_under_its_rooms_name() -> None:
    found = [(name_of(act), faults_of(act)) for act in public_functions() if name_of(act) not in NOT_ACTS]
    assert not [(name, faults) for name, faults in found if faults]


def test_an_act_that_leaves_no_event_is_found() -> None:
    def sign(*, by: object, at: datetime) -> None: ...

    def sign_now(*, by: object) -> None: ...

    def sign_by_place(by: object, at: datetime) -> None: ...

    for act in (sign, sign_now, sign_by_place):
        act.__module__ = "mooring.care.treatments.actions.signing"
        assert faults_of(act), act
    elsewhere = recorded("care.sessions.signed")(sign)
    elsewhere.__module__ = sign.__module__
    assert faults_of(elsewhere)
    right = recorded("care.treatments.signed")(sign)
    right.__module__ = sign.__module__
    assert not faults_of(right)


def test_the_list_of_exceptions_shrinks() -> None:
    assert set(NOT_ACTS) <= {name_of(function) for function in public_functions()}


def whole_saves(tree: ast.Module) -> list[int]:
    """Lines that save a whole row: `save()` without fields can overwrite what a colleague wrote a moment ago."""
    return [
        node.lineno
        for node in walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"save", "asave", "save_base"}
        and not _names_its_fields(node)
    ]


def _names_its_fields(call: ast.Call) -> bool:
    for keyword in call.keywords:
        constant = isinstance(keyword.value, ast.Constant)
        if keyword.arg == "update_fields" and not (constant and keyword.value.value is None):  # type: ignore[attr-defined]
            return True
        if keyword.arg == "force_insert" and constant and keyword.value.value is True:  # type: ignore[attr-defined]
            return True
    return False


@pytest.mark.parametrize(
    "source",
    [
        "row.save()",
        "row.save(using='default')",
        "row.save(update_fields=None)",
        "row.save(force_insert=False)",
        "form.save()",
        "super().save(*args)",
        "def f():\n    [each.save() for each in rows]",
        "await row.asave()",
    ],
)
def test_a_whole_save_is_found_in_every_syntax(source: str) -> None:
    assert whole_saves(ast.parse(source))


def test_a_save_of_named_fields_is_let_pass() -> None:
    assert not whole_saves(ast.parse("row.save(update_fields=['at'])\nrow.save(force_insert=True)"))


def test_no_act_saves_a_whole_row() -> None:
    found = {
        path: lines for path, tree in modules().items() if is_of_acts(path) and (lines := whole_saves(tree))
    }
    assert not found


WRITES = {
    "create",
    "acreate",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "update",
    "delete",
    "save",
}


def writes(tree: ast.Module) -> list[tuple[int, str]]:
    """Lines that write rows: through a manager or a query, on a row, or in plain SQL."""
    calls = [node for node in walk(tree) if isinstance(node, ast.Call)]
    return [
        (call.lineno, call.func.attr)
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and (
            _writes_by_query(call, call.func)
            or _writes_in_sql(call, call.func)
            or _saves_a_row(call, call.func)
        )
    ]


def _writes_by_query(call: ast.Call, called: ast.Attribute) -> bool:
    return called.attr in {"bulk_create", "bulk_update"} or (
        called.attr in WRITES and _is_query(called.value)
    )


def _writes_in_sql(call: ast.Call, called: ast.Attribute) -> bool:
    return called.attr in {"execute", "executemany"} and any(
        isinstance(node, ast.Constant)
        and str(node.value).lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "REPLACE"))
        for node in walk(call)
    )


def _is_query(node: ast.expr) -> bool:
    """Whether an expression is a chain on a manager: `Model.objects.filter(…)`, `cycle.orders.all()`."""
    for each in walk(node):
        if isinstance(each, ast.Attribute) and each.attr in {
            "objects",
            "filter",
            "exclude",
            "select_for_update",
        }:
            return True
    return False


def _saves_a_row(call: ast.Call, called: ast.Attribute) -> bool:
    keywords = {keyword.arg for keyword in call.keywords}
    return called.attr == "save" and bool(keywords & {"update_fields", "force_insert"})


@pytest.mark.parametrize(
    "source",
    [
        "Note.objects.create(text='')",
        "Note.objects.filter(pk=1).update(text='')",
        "Note.objects.exclude(pk=1).delete()",
        "Note.objects.select_related('by').filter(pk=1).update(text='')",
        "patient.notes.filter(pk=1).delete()",
        "Note._default_manager.bulk_create(rows)",
        "Note.objects.get_or_create(pk=1)",
        "note.save(update_fields=['text'])",
        "cursor.execute('UPDATE note SET text = 1')",
        "cursor.execute(f'DELETE FROM {table}')",
    ],
)
def test_a_write_is_found_in_every_syntax(source: str) -> None:
    assert writes(ast.parse(source))


def test_what_writes_no_row_is_let_pass() -> None:
    assert not list(
        writes(ast.parse("context.update(now=1)\ndigest.update(b'')\ncursor.execute('SELECT 1')"))
    )


FLOORS_OF_ACTS = ("academy", "care", "desk", "fhir", "knowledge", "lab", "web")


def test_rows_are_written_by_acts_alone() -> None:
    found = {
        path: lines
        for path, tree in modules().items()
        if path.split("/")[0] in FLOORS_OF_ACTS and not is_of_acts(path) and (lines := writes(tree))
    }
    assert not found
