"""Event tables behave as NONMEM's do."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mooring import pharmacology as pk
from mooring.pharmacology.model import Input

pytestmark = [pytest.mark.pure, pytest.mark.filterwarnings("ignore::mooring.pharmacology.RangeWarning")]

MODEL = pk.model("fanta_otto_2021")
WHO = pk.Subject(weight_kg=70, age_years=30)
K = "esketamine.venous"


def table(**columns: Any) -> pk.Regimen:
    return pk.Regimen.from_events(columns)


def curve(regimen: pk.Regimen, *, until: str = "24 h", every: str = "1 min") -> np.ndarray:
    return pk.simulate(MODEL, regimen, WHO, until=until, every=every, fast=False)[K]


def close(a: np.ndarray, b: np.ndarray, *, within: float = 1e-11) -> bool:
    return bool(np.abs(a - b).max() <= within * max(np.abs(a).max(), np.abs(b).max()))


def test_table_and_readable_layer_are_the_same() -> None:
    readable = pk.Regimen().infuse("0.5 mg/kg", over="40 min").repeat(every=["3 d", "4 d"], n=6)
    again = pk.Regimen.from_events(readable.to_events())
    assert close(curve(readable, until="21 d", every="10 min"), curve(again, until="21 d", every="10 min"))
    assert list(np.round(readable.to_events()["time"] / 24, 9)) == [0, 3, 7, 10, 14, 17]


@pytest.mark.parametrize("kind", ["dict", "pandas", "polars", "pyarrow"])
def test_reads_every_kind_of_table(kind: str) -> None:
    columns = {"time": [0.0, 1.0], "amt": [10.0, 5.0], "route": ["iv", "iv"], "dur": [0.5, 0.0]}
    made: Any = columns
    if kind != "dict":
        module = pytest.importorskip(kind)
        made = module.table(columns) if kind == "pyarrow" else module.DataFrame(columns)
    expected = pk.Regimen().infuse("10 mg", over="30 min").dose("5 mg", route="iv", at="60 min")
    assert close(curve(pk.Regimen.from_events(made)), curve(expected))


def test_additional_doses() -> None:
    short = table(time=[0.0], amt=[10.0], addl=[3], ii=[6.0], route=["iv"])
    long = table(time=[0.0, 6.0, 12.0, 18.0], amt=[10.0] * 4, route=["iv"] * 4)
    assert close(curve(short), curve(long))


def test_rate_and_duration_say_the_same_where_all_is_absorbed() -> None:
    by_rate = table(time=[0.0], amt=[10.0], rate=[20.0], route=["iv"])
    by_dur = table(time=[0.0], amt=[10.0], dur=[0.5], route=["iv"])
    assert close(curve(by_rate), curve(by_dur))


def test_bioavailability_acts_on_infusions() -> None:
    """F shortens an infusion of a stated rate, and slows one of a stated duration; the amount is F × dose."""
    model = pk.model("mooring_racemic")
    who = pk.Subject(weight_kg=70, age_years=30)
    area = {}
    for name, column in (("rate", {"rate": [20.0]}), ("dur", {"dur": [0.5]}), ("none", {})):
        regimen = pk.Regimen.from_events({"time": [0.0], "amt": [10.0], "route": ["sc"], **column})
        result = pk.simulate(model, regimen, who, until="10 d", every="5 min", outputs=["ketamine.venous"])
        area[name] = result.metrics("ketamine.venous").auc_ng_h_per_ml
    whole = pk.simulate(
        model,
        pk.Regimen().infuse("10 mg", over="30 min"),
        who,
        until="10 d",
        every="5 min",
        outputs=["ketamine.venous"],
    ).metrics("ketamine.venous")
    for value in area.values():
        assert value == pytest.approx(0.90 * whole.auc_ng_h_per_ml, rel=1e-9)


def test_infusion_into_a_depot_by_compartment() -> None:
    by_name = table(time=[0.0], amt=[10.0], dur=[0.5], cmt=["central"])
    by_number = table(time=[0.0], amt=[10.0], dur=[0.5], cmt=[str(MODEL.compartments.index("central") + 1)])
    assert close(curve(by_name), curve(table(time=[0.0], amt=[10.0], dur=[0.5], route=["iv"])))
    assert close(curve(by_name), curve(by_number))


def test_reset_empties_and_stops() -> None:
    reset = table(
        time=[0.0, 0.25, 3.0], amt=[10.0, 0.0, 10.0], dur=[1.0, 0, 0], evid=[1, 3, 1], route=["iv"] * 3
    )
    values = curve(reset)
    assert values[14] > 0
    assert np.all(values[15:180] == 0)
    alone = curve(table(time=[3.0], amt=[10.0], route=["iv"]))
    assert close(values[180:], alone[180:])


def test_reset_and_dose() -> None:
    both = table(time=[0.0, 2.0], amt=[10.0, 5.0], evid=[1, 4], route=["iv"] * 2)
    later = table(time=[2.0], amt=[5.0], route=["iv"])
    assert close(curve(both)[120:], curve(later)[120:])


def test_reset_cancels_pending_additional_doses() -> None:
    reset = table(time=[0.0, 7.0], amt=[10.0, 0.0], evid=[1, 3], addl=[3, 0], ii=[6.0, 0], route=["iv"] * 2)
    assert np.all(curve(reset)[7 * 60 :] == 0)


def test_steady_state_equals_many_doses() -> None:
    steady = table(time=[0.0], amt=[10.0], ss=[1], ii=[6.0], dur=[0.5], route=["iv"])
    many = pk.Regimen().infuse("10 mg", over="30 min").repeat(every="6 h", n=61)
    late = pk.simulate(MODEL, many, WHO, until="366 h", every="1 min", fast=False)[K][360 * 60 :]
    assert close(curve(steady, until="6 h")[:360], late[:360], within=1e-8)


def test_steady_state_is_added_with_two() -> None:
    before = table(time=[0.0, 1.0], amt=[50.0, 10.0], ss=[0, 2], ii=[0.0, 6.0], route=["iv"] * 2)
    first = curve(table(time=[0.0], amt=[50.0], route=["iv"]))
    steady = curve(table(time=[1.0], amt=[10.0], ss=[1], ii=[6.0], route=["iv"]))
    assert close(curve(before)[60:], (first + steady)[60:])


def test_constant_infusion_at_steady_state() -> None:
    """amt 0, ss 1, rate above zero: the level is rate over clearance, and it goes on until a reset."""
    forever = table(time=[0.0], amt=[0.0], rate=[9.52], ss=[1], route=["iv"], evid=[1])
    assert curve(forever) == pytest.approx(1000 * 9.52 / 95.2, rel=1e-9)
    stopped = table(
        time=[0.0, 3.0], amt=[0.0, 0.0], rate=[9.52, 0.0], ss=[1, 0], route=["iv"] * 2, evid=[1, 3]
    )
    assert not curve(stopped)[180:].any()


def test_zero_order_route_at_steady_state() -> None:
    steady = table(time=[0.0], amt=[20.0], ss=[1], ii=[12.0], route=["oral"])
    many = pk.Regimen().dose("20 mg", route="oral").repeat(every="12 h", n=31)
    late = pk.simulate(MODEL, many, WHO, until="372 h", every="1 min", fast=False)[K][360 * 60 :]
    assert close(curve(steady, until="12 h")[:720], late[:720], within=1e-8)


def test_steady_state_of_inputs_longer_than_their_interval() -> None:
    """Doses of the past that still run are there, and run on as they would."""
    steady = table(time=[0.0], amt=[10.0], ss=[1], ii=[6.0], dur=[15.0], route=["iv"])
    many = pk.Regimen().infuse("10 mg", over="15 h").repeat(every="6 h", n=61)
    late = pk.simulate(MODEL, many, WHO, until="384 h", every="1 min", fast=False)[K][360 * 60 :]
    assert close(curve(steady), late[: 24 * 60 + 1], within=1e-8)


def test_steady_state_of_a_slow_tablet() -> None:
    """Eight hours of release every six hours, in people whose gut differs."""
    model = pk.model("mooring_racemic")
    people = pk.population(model, n=3, seed=1, covariates=WHO)
    steady = table(time=[0.0], amt=[40.0], ss=[1], ii=[6.0], route=["oral_prolonged_release"])
    many = pk.Regimen().dose("40 mg", route="oral_prolonged_release").repeat(every="6 h", n=61)
    asked = {"every": "5 min", "outputs": ["ketamine.venous"], "fast": False}
    first = pk.simulate(model, steady, people, until="5 h", **asked)["ketamine.venous"]
    late = pk.simulate(model, many, people, until="365 h", **asked)["ketamine.venous"][:, 360 * 12 :]
    assert close(first, late, within=1e-8)


def test_steady_state_with_one_cancels_what_runs_and_what_waits() -> None:
    alone = curve(table(time=[1.0], amt=[10.0], ss=[1], ii=[6.0], route=["iv"]))
    running = table(
        time=[0.0, 0.0, 1.0], amt=[10.0, 5.0, 10.0], dur=[4.0, 0.0, 0.0], ss=[0, 0, 1],
        addl=[0, 3, 0], ii=[0.0, 2.0, 6.0], route=["iv"] * 3,
    )  # fmt: skip
    assert close(curve(running)[60:], alone[60:])


def test_steady_state_of_one_route_while_another_is_used() -> None:
    both = table(time=[0.0, 3.0], amt=[50.0, 10.0], ss=[0, 1], ii=[0.0, 6.0], route=["oral", "iv"])
    alone = table(time=[3.0], amt=[10.0], ss=[1], ii=[6.0], route=["iv"])
    assert close(curve(both)[180:], curve(alone)[180:])


def test_each_id_has_its_own_steady_state() -> None:
    rows = {"time": [0.0], "amt": [10.0], "ss": [1], "route": ["iv"]}
    both = table(id=[1, 2], time=[0.0] * 2, amt=[10.0] * 2, ss=[1] * 2, ii=[6.0, 12.0], route=["iv"] * 2)
    answer = pk.simulate(MODEL, both, WHO, until="3 h", fast=False)[K]
    for row, ii in zip(answer, (6.0, 12.0), strict=True):
        assert close(row, curve(table(ii=[ii], **rows), until="3 h"))


def test_a_reset_after_a_dose_of_the_same_time_wipes_it() -> None:
    wiped = table(time=[0.0, 1.0, 1.0], amt=[10.0, 5.0, 0.0], evid=[1, 1, 3], route=["iv"] * 3)
    assert np.all(curve(wiped)[60:] == 0)
    kept = table(time=[0.0, 1.0, 1.0], amt=[10.0, 0.0, 5.0], evid=[1, 3, 1], route=["iv"] * 3)
    assert curve(kept)[60] == pytest.approx(5 / 133 * 1000, rel=1e-12)


def test_lag_acts_on_doses_and_infusions() -> None:
    late = replace(MODEL.route("iv"), inputs=(Input("central", lambda p, d: 1.0, lag_h=lambda p: 0.5),))
    lagged = replace(MODEL, routes_table=(late,))
    for column in ({}, {"dur": [1.0]}, {"rate": [10.0]}):
        now = table(time=[1.0], amt=[10.0], route=["iv"], **column)
        then = table(time=[1.5], amt=[10.0], route=["iv"], **column)
        shifted = pk.simulate(lagged, now, WHO, until="8 h", every="1 min", fast=False)[K]
        assert close(shifted, curve(then, until="8 h"))
    stopped = table(time=[1.0, 1.2], amt=[10.0, 0.0], evid=[1, 3], route=["iv"] * 2)
    assert not pk.simulate(lagged, stopped, WHO, until="8 h", fast=False)[K].any()


def test_rows_at_one_time_count_in_their_order() -> None:
    """An observation before the dose's row does not see the dose; after it, it does."""
    columns = {"time": [0.0, 2.0, 2.0], "amt": [10.0, 0.0, 10.0], "evid": [1, 0, 1], "route": ["iv"] * 3}
    before = pk.simulate(MODEL, table(**columns), WHO)
    first = curve(table(time=[0.0], amt=[10.0], route=["iv"]))
    assert list(before.times_h) == [2.0]
    assert before[K][0] == pytest.approx(first[120], rel=1e-12)
    after = pk.simulate(MODEL, table(**columns | {"amt": [10.0, 10.0, 0.0], "evid": [1, 1, 0]}), WHO)
    assert after[K][0] == pytest.approx(first[120] + 10 / 133 * 1000, rel=1e-12)


@pytest.mark.parametrize("cmt", [[3], [3.0], ["3"], ["central"]])
def test_compartments_by_number_and_name(cmt: list[object]) -> None:
    iv = table(time=[0.0], amt=[10.0], route=["iv"])
    assert close(curve(table(time=[0.0], amt=[10.0], cmt=cmt, rate=["."])), curve(iv))


def test_dose_is_seen_at_its_own_time() -> None:
    values = curve(table(time=[1.0], amt=[10.0], route=["iv"]))
    assert values[59] == 0
    assert values[60] == pytest.approx(10 / 133 * 1000, rel=1e-12)


def test_other_events_do_nothing() -> None:
    marked = table(time=[0.0, 1.0], amt=[10.0, 0.0], evid=[1, 2], route=["iv", "iv"])
    assert close(curve(marked), curve(table(time=[0.0], amt=[10.0], route=["iv"])))


def test_observation_rows_are_the_times() -> None:
    regimen = table(time=[0.0, 0.5, 2.0], amt=[10.0, 0, 0], evid=[1, 0, 0], route=["iv"] * 3)
    result = pk.simulate(MODEL, regimen, WHO)
    assert list(result.times_h) == [0.5, 2.0]


def test_each_id_has_its_own_doses() -> None:
    regimen = table(id=[1, 1, 2], time=[0.0, 2.0, 1.0], amt=[10.0, 5.0, 20.0], route=["iv"] * 3)
    both = pk.simulate(MODEL, regimen, WHO, until="8 h", fast=False)[K]
    assert both.shape == (2, 481)
    assert close(both[0], curve(table(time=[0.0, 2.0], amt=[10.0, 5.0], route=["iv"] * 2), until="8 h"))
    assert close(both[1], curve(table(time=[1.0], amt=[20.0], route=["iv"]), until="8 h"))


def test_salt_of_a_row() -> None:
    salted = table(time=[0.0], amt=[32.3], route=["iv"], salt=["hcl"])
    assert close(curve(salted), curve(table(time=[0.0], amt=[28.0], route=["iv"])), within=1e-3)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"time": [0.0, -1.0], "amt": [1.0, 1.0], "route": ["iv"] * 2}, "row 2, column 'time'"),
        ({"time": [2.0, 1.0], "amt": [1.0, 1.0], "route": ["iv"] * 2}, "row 2, column 'time'.*sort"),
        (
            {"time": [0.0, 1.0], "amt": [1.0, -1.0], "evid": [1, 1], "route": ["iv"] * 2},
            "row 2, column 'amt'",
        ),
        ({"time": [0.0, 1.0], "amt": [1.0, float("nan")], "route": ["iv"] * 2}, "row 2, column 'amt'"),
        ({"time": [0.0, 1.0], "amt": [1.0, "x"], "route": ["iv"] * 2}, "row 2, column 'amt': 'x'"),
        ({"time": [0.0], "amt": [1.0], "evid": [7], "route": ["iv"]}, "row 1, column 'evid'"),
        ({"time": [0.0], "amt": [1.0], "evid": [1.5], "route": ["iv"]}, "row 1, column 'evid'.*whole"),
        ({"time": [0.0], "amt": [1.0], "addl": [2], "route": ["iv"]}, "row 1, column 'ii'"),
        ({"time": [0.0], "amt": [1.0], "ss": [1], "route": ["iv"]}, "row 1, column 'ii'"),
        ({"time": [0.0], "amt": [1.0], "ss": [5], "ii": [1.0], "route": ["iv"]}, "row 1, column 'ss'"),
        ({"time": [0.0], "amt": [1.0], "rate": [-3.0], "route": ["iv"]}, "row 1, column 'rate'"),
        ({"time": [0.0], "amt": [1.0], "dur": [-1.0], "route": ["iv"]}, "row 1, column 'dur'"),
        ({"time": [0.0], "amt": [1.0], "salt": ["citrate"], "route": ["iv"]}, "row 1, column 'salt'"),
        ({"time": [0.0], "amt": [1.0]}, "row 1, column 'route'"),
        ({"amt": [1.0]}, "no column 'time'"),
        ({"time": [0.0], "dose": [1.0]}, "not known: dose; is it 'amt'"),
        ({"time": [0.0, 1.0], "amt": [1.0]}, "differ in length"),
    ],
)
def test_a_broken_table_names_row_and_column(columns: dict[str, Any], says: str) -> None:
    with pytest.raises(pk.EventError, match=says):
        pk.Regimen.from_events(columns)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"route": ["iv", "rectal"]}, "row 2, column 'route': .*no route 'rectal'; it has iv, oral"),
        ({"cmt": ["", "brain"], "route": ["iv", ""]}, "row 2, column 'cmt': .*no compartment 'brain'"),
        ({"route": ["iv", "oral"], "dur": [0.0, 1.0]}, "row 2, column 'dur': .*cannot be given over a time"),
        (
            {"route": ["iv", "oral"], "rate": [0.0, 1.0]},
            "row 2, column 'rate': .*cannot be given over a time",
        ),
        ({"route": ["iv"] * 2, "drug": ["", "ketamine"]}, "row 2, column 'drug': .*cannot be given ketamine"),
        ({"route": ["iv"] * 2, "ss": [0, 1], "ii": [0.0, 1e-4], "dur": [0.0, 9.0]}, "column 'ii': more than"),
    ],
)
def test_what_the_model_cannot_take_names_row_and_column(columns: dict[str, Any], says: str) -> None:
    with pytest.raises(pk.EventError, match=says):
        curve(table(time=[0.0, 1.0], amt=[1.0, 1.0], **columns))


def test_building_is_linear_in_events() -> None:
    """1,000 people × 100 doses go through without a loop over rows (the bench prints how fast)."""
    n, doses = 1000, 100
    regimen = table(
        id=np.repeat(np.arange(n), doses),
        time=np.tile(np.arange(doses) * 12.0, n),
        amt=np.full(n * doses, 10.0),
        route=np.full(n * doses, "iv"),
    )
    assert len(regimen.events) == n * doses


def test_cells_may_carry_units_and_are_what_the_words_are() -> None:
    """ "0.5 mg/kg" in a cell is what it is in `.infuse`; units of a row that disagree are named."""
    table = {
        "time": ["0 h", "90 min"],
        "amt": ["0.5 mg/kg", "500 µg"],
        "dur": ["40 min", 0],
        "route": ["iv"] * 2,
    }
    who = pk.Subject(weight_kg=82, age_years=40)
    words = pk.Regimen().infuse("0.5 mg/kg", over="40 min").dose("0.5 mg", route="iv", at="90 min")
    a, b = (
        pk.simulate("clements_1981", each, who, until="3 h", every="5 min")["ketamine.venous"]
        for each in (pk.Regimen.from_events(table), words)
    )
    assert np.allclose(a, b, rtol=1e-12)
    speed = pk.Regimen.from_events({"time": [0], "amt": ["5 mg"], "rate": ["20 mg/h"], "route": ["iv"]})
    assert speed.to_events()["rate"] == pytest.approx([20.0])


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"amt": ["5 mL"]}, "row 1, column 'amt'"),
        ({"amt": ["0.1 µmol"]}, "in moles; write milligrams"),
        ({"amt": ["0.5 mg/kg"], "rate": ["20 mg/h"]}, "columns 'amt' and 'rate': one is per kg"),
        ({"amt": ["5 mg"], "rate": ["20 mg"]}, "row 1, column 'rate'"),
    ],
)
def test_units_that_do_not_fit_are_refused_by_row_and_column(cells: dict[str, list[str]], says: str) -> None:
    with pytest.raises(pk.EventError, match=says):
        pk.Regimen.from_events({"time": [0], "route": ["iv"], **cells})
