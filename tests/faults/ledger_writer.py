"""Draws a dose and gives it, and stops for ever in the middle of the act that it is told; made to be killed.

`python -m tests.faults.ledger_writer DATABASE draw|dose` expects the cast, a safe with a vial and a signed order in the
database of that name. It says `inside` when the act has written and has not committed.
"""

import os
import sys
import threading
from decimal import Decimal
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")


def main(database: str, stops_in: str) -> None:
    import django

    django.setup()
    from django.db import connection

    from mooring.care.stock.actions import doses, drawing
    from mooring.care.stock.models import Container
    from mooring.care.treatments.models import DoseOrder
    from tests.care.stock.rows import minute

    connection.settings_dict["NAME"] = database
    vial = Container.objects.select_related("lot", "safe__site").get()
    order = DoseOrder.objects.select_related("signed_by", "cycle__treatment__patient__site").get()
    monitor = vial.entries.earliest("number").by

    def stop(*args: object, **named: object) -> None:
        sys.stdout.write("inside\n")
        sys.stdout.flush()
        threading.Event().wait()

    if stops_in == "draw":
        drawing._ask_to_square = stop
    else:
        doses.account_for_draws = stop
    drawing.draw(
        container=vial, amount=36_000, order=order, patient=order.cycle.treatment.patient, emergency=False, text="",
        happened_at=minute(1), by=monitor, at=minute(1),
    )  # fmt: skip
    doses.book_dose(
        order=order, given_mg=Decimal(36), key=uuid4(), corrects=None, happened_at=minute(45), by=monitor,
        at=minute(45),
    )  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
