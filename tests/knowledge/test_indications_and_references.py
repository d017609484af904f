"""What is known by indication, with trials drawn only from their numbers; reference lists to take along."""

import csv
import io

import pytest
from django.test import Client

from mooring.content.loader import load
from mooring.content.schema.longterm import Arm, Outcome
from mooring.knowledge.queries.indications import INDICATIONS, plots_of
from tests.packs import sign_pack_for
from tests.people import Cast


@pytest.mark.once
@pytest.mark.django_db
def test_every_indication_has_a_page(client: Client, cast: Cast) -> None:
    sign_pack_for(cast)
    client.force_login(cast.therapist)
    for code in INDICATIONS:
        answer = client.get(f"/knowledge/indications/{code}/")
        assert answer.status_code == 200
        known = answer.context["known"]
        assert all(each.key.partition("@")[0] in answer.content.decode() for each in known.trials)
    assert client.get("/knowledge/indications/gout/").status_code == 404


@pytest.mark.parametrize(("count", "pooled"), [(1, False), (2, False), (3, True)])
def test_only_three_comparable_trials_are_pooled(count: int, pooled: bool) -> None:
    trial = load().trials["TR-MURROUGH-2013@1"]
    outcome = Outcome(
        name="response",
        instrument="MADRS",
        timepoint="24 hours",
        higher_is="better",
        treated=Arm(name="ketamine", people=40, events=22),
        control=Arm(name="midazolam", people=20, events=5),
    )
    trials = [
        trial.model_copy(update={"id": f"TR-{n}", "study": f"Trial {n}", "outcomes": (outcome,)})
        for n in range(count)
    ]
    other = trial.model_copy(update={"comparator": "saline", "outcomes": (outcome,)})
    plots = list(plots_of([*trials, other]))
    assert [each.pooled for each in plots] == [pooled, False]
    assert ("Pooled (" in plots[0].svg) is pooled
    assert 'role="img"' in plots[0].svg
    assert "Trial 0: 2.20 (0.98 to 4.94)." in plots[0].words


@pytest.mark.once
@pytest.mark.django_db
def test_pooled_trials_are_drawn_and_told_in_words(client: Client, cast: Cast) -> None:
    sign_pack_for(cast)
    client.force_login(cast.therapist)
    page = client.get("/knowledge/indications/suicidal-ideation/").content.decode()
    assert "Pooled (random effects)" in page
    assert "Pooled, random effects: -4.21" in page
    assert "not suicidal thoughts or acts" in page


@pytest.mark.django_db
def test_references_are_found_and_taken_along(client: Client, cast: Cast) -> None:
    sign_pack_for(cast)
    client.force_login(cast.learner)
    page = client.get("/knowledge/references/?q=Murrough&kind=trials").content.decode()
    assert "Murrough JW, et al." in page
    text = client.get("/knowledge/references/txt/?kind=trials").content.decode()
    rows = list(
        csv.reader(io.StringIO(client.get("/knowledge/references/csv/?kind=trials").content.decode()))
    )
    ris = client.get("/knowledge/references/ris/?kind=trials").content.decode()
    assert len(text.splitlines()) == len(rows) - 1 == ris.count("TY  - ") == ris.count("ER  - ")
    everything = client.get("/knowledge/references/txt/").content.decode()
    assert len(everything.splitlines()) > len(text.splitlines())
    assert client.get("/knowledge/references/exe/").status_code == 404
