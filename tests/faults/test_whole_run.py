"""The whole suite ends, whatever one of its parts does."""

import os
import signal

import pytest

from tests.until_silent import say_until_silent

pytestmark = pytest.mark.pure
ENVIRONMENT = dict(os.environ)


def test_what_a_part_said_and_how_it_ended_is_kept() -> None:
    assert say_until_silent(["sh", "-c", "echo out; echo err >&2; exit 3"], ENVIRONMENT) == (3, "out\nerr\n")


def test_a_part_that_says_nothing_more_is_ended_and_what_it_said_is_kept() -> None:
    code, said = say_until_silent(["sh", "-c", "echo begun; sleep 3000"], ENVIRONMENT, silence_s=1.0)
    assert (code, said) == (-signal.SIGABRT, "begun\n")


def test_a_child_that_outlives_its_part_holds_nothing_up_and_is_ended() -> None:
    code, said = say_until_silent(["sh", "-c", "sleep 3000 & echo $!"], ENVIRONMENT)
    assert code == 0
    with pytest.raises(ProcessLookupError):
        while True:
            os.kill(int(said), 0)  # until whoever adopted it has noticed
