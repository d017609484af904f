"""Where results go: disk, Dask, xarray, polars, pictures. Who works a chunk out changes no number."""

from pathlib import Path

import numpy as np
import pytest

from mooring import pharmacology as pk
from mooring.pharmacology.simulation import planned

pytestmark = [pytest.mark.pure, pytest.mark.filterwarnings("ignore::mooring.pharmacology.RangeWarning")]

pytest.importorskip("zarr")
pytest.importorskip("dask")
K = "esketamine.arterial"
FILM = pk.Regimen().dose("50 mg", route="oral_film")


@pytest.fixture(scope="module")
def people() -> pk.Population:
    return pk.population(pk.model("simons_2022"), n=50, seed=2)


def simulate(people: pk.Population, **options: object) -> pk.Result:
    return pk.simulate("simons_2022", FILM, people, until="4 h", every="2 min", fast=False, **options)  # type: ignore[arg-type]


def test_dask_changes_no_number(people: pk.Population) -> None:
    here, there = simulate(people), simulate(people, workers="dask", chunk=17)
    assert np.array_equal(here[K], there[K])
    only = simulate(people, workers="dask", chunk=17, store="metrics")
    assert np.array_equal(here.metrics(K).cmax_ng_per_ml, only.metrics(K).cmax_ng_per_ml)
    levels = simulate(people, workers="dask", chunk=17, store="quantiles")
    assert np.allclose(here.quantiles(K), levels.quantiles(K), rtol=1e-13)


def test_a_client_changes_no_number(people: pk.Population) -> None:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        there = simulate(people, workers=client, chunk=17)
    assert np.array_equal(simulate(people)[K], there[K])


def test_disk_holds_the_same(people: pk.Population, tmp_path: Path) -> None:
    kept, stored = simulate(people), simulate(people, store=f"zarr:{tmp_path}/run", chunk=17)
    assert np.array_equal(kept[K], stored[K])
    assert np.array_equal(kept.metrics(K).auc_ng_h_per_ml, stored.metrics(K).auc_ng_h_per_ml)
    assert np.allclose(kept.metrics(K).time_above_h(20), stored.metrics(K).time_above_h(20))


def test_disk_goes_on_where_it_stopped(
    people: pk.Population, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mooring.pharmacology import trajectory_store

    whole = trajectory_store.run_chunk
    worked: list[int] = []

    def failing(plan: object, start: int, stop: int, **rest: object) -> object:
        if start == 34 and not worked.count(34):
            worked.append(34)
            raise RuntimeError("power cut")
        worked.append(start)
        return whole(plan, start, stop, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(trajectory_store, "run_chunk", failing)
    with pytest.raises(RuntimeError, match="power cut"):
        simulate(people, store=f"zarr:{tmp_path}/run", chunk=17)
    again = simulate(people, store=f"zarr:{tmp_path}/run", chunk=17)
    assert worked == [0, 17, 34, 34]
    assert np.array_equal(again[K], simulate(people)[K])


def test_disk_refuses_to_mix(people: pk.Population, tmp_path: Path) -> None:
    simulate(people, store=f"zarr:{tmp_path}/run")
    other = pk.population(people.model, n=50, seed=3)
    with pytest.raises(pk.PharmacologyError, match="another simulation"):
        simulate(other, store=f"zarr:{tmp_path}/run")


def test_xarray_carries_units_and_sources(people: pk.Population) -> None:
    result = simulate(people)
    dataset = result.to_xarray()
    assert dataset[K].dims == ("subject", "time")
    assert dataset[K].attrs["units"] == "ng/mL"
    assert "946486" in dataset.attrs["citation"]
    assert np.array_equal(dataset[K].values, result[K])


def test_polars_is_long(people: pk.Population) -> None:
    frame = simulate(people).to_polars()
    assert frame.columns[:2] == ["subject", "time_h"]
    assert len(frame) == 50 * 121


def test_metrics_and_quantiles_are_tables_too(people: pk.Population) -> None:
    kept, levels = simulate(people, store="metrics"), simulate(people, store="quantiles")
    frame = kept.to_polars()
    assert frame.columns == [
        "subject",
        "output",
        "cmax_ng_per_ml",
        "tmax_h",
        "auc_ng_h_per_ml",
        "trough_ng_per_ml",
    ]
    assert len(frame) == 50 * len(kept.outputs)
    mine = frame.filter(frame["output"] == K)["auc_ng_h_per_ml"].to_numpy()
    assert np.array_equal(mine, kept.metrics(K).auc_ng_h_per_ml)
    assert kept.to_xarray()["auc_ng_h_per_ml"].attrs["units"] == "ng·h/mL"
    assert np.array_equal(levels.to_xarray()[K].values, levels.quantiles(K))
    assert levels.to_polars()["quantile"].unique().sort().to_list() == [0.05, 0.5, 0.95]


def test_nothing_is_written_of_what_cannot_be_simulated(tmp_path: Path) -> None:
    per_kg = pk.Regimen().dose("0.5 mg/kg", route="nasal_spray")
    with pytest.raises(pk.PharmacologyError, match="weight"):
        pk.simulate("perez_ruixo_2021", per_kg, pk.Subject(), store=f"zarr:{tmp_path}/run")
    assert not (tmp_path / "run").exists()


def test_single_person_shows_itself() -> None:
    result = pk.simulate("simons_2022", FILM, pk.Subject(weight_kg=70, age_years=25), until="4 h")
    assert result[K].shape == (241,)
    picture = result._repr_svg_()
    assert picture is not None
    assert "grade A" in picture
    assert "dosing advice" in picture
    assert "simons_2022" in repr(result)
    assert "<table>" in pk.model("simons_2022")._repr_html_()
    assert "50 mg" in FILM._repr_html_()


def test_a_plan_travels_to_another_process(people: pk.Population) -> None:
    cloudpickle = pytest.importorskip("cloudpickle")
    plan = planned(
        "simons_2022", FILM, people, times_h=None, until="1 h", every="5 min", outputs=None, fast=False
    )
    again = cloudpickle.loads(cloudpickle.dumps(plan))
    assert again.model.id == plan.model.id
