"""What has to stand before anything is received: registrations, suppliers, safes, keys, the policy; and recalls."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.stock.models import (
    Container,
    ContainerState,
    DrugRegistration,
    Lot,
    Safe,
    SafeKey,
    StockPolicy,
    Supplier,
)
from mooring.identity.models import Person
from mooring.rules.verdict import Refused


@recorded("care.stock.registered")
def add_registration(*, registration: DrugRegistration, by: Person, at: datetime) -> DrugRegistration:
    """Save the site's own registration, given as an unsaved row."""
    registration.full_clean()
    registration.save(force_insert=True)
    return registration


@recorded("care.stock.supplier-added")
def add_supplier(*, supplier: Supplier, by: Person, at: datetime) -> Supplier:
    """Save a supplier, given as an unsaved row; one number is one supplier."""
    if Supplier.objects.filter(site=supplier.site, number=supplier.number).exists():
        raise Refused(
            _("A supplier with the number {number} is saved already.").format(number=supplier.number)
        )
    supplier.full_clean()
    supplier.save(force_insert=True)
    return supplier


@recorded("care.stock.safe-added")
def add_safe(*, safe: Safe, by: Person, at: datetime) -> Safe:
    """Save a safe, given as an unsaved row; whoever sets it up holds the first key."""
    if Safe.objects.filter(site=safe.site, name=safe.name).exists():
        raise Refused(_("{site} has a safe called {name} already.").format(site=safe.site, name=safe.name))
    safe.full_clean()
    safe.save(force_insert=True)
    SafeKey.objects.create(safe=safe, person=by, since=at)
    return safe


@recorded("care.stock.key-given")
def give_key(*, safe: Safe, person: Person, by: Person, at: datetime) -> SafeKey:
    try:
        with transaction.atomic():
            return SafeKey.objects.create(safe=safe, person=person, since=at)
    except IntegrityError as error:
        raise Refused(_("{name} may open {safe} already.").format(name=person, safe=safe)) from error


@recorded("care.stock.key-taken")
def take_key(*, key: SafeKey, by: Person, at: datetime) -> SafeKey:
    """From now on this person opens the safe no more; what they did stays theirs."""
    if SafeKey.objects.filter(pk=key.pk, until__isnull=True).update(until=at) != 1:
        raise Refused(_("This key was taken back already."))
    key.refresh_from_db()
    return key


@recorded("care.stock.policy-signed")
def sign_stock_policy(*, policy: StockPolicy, by: Person, at: datetime) -> StockPolicy:
    """Store the policy of the ledger, given as an unsaved row; it applies from now on."""
    policy.signed_by, policy.signed_at = by, at
    policy.full_clean()
    policy.save(force_insert=True)
    return policy


@recorded("care.stock.lot-recalled")
def recall_lot(*, lot: Lot, reference: str, by: Person, at: datetime) -> Lot:
    """Nothing of this lot is drawn any more: its containers go into quarantine."""
    if not reference.strip():
        raise Refused(_("Enter the number or the sender of the recall."))
    recalled = Lot.objects.filter(pk=lot.pk, recalled_at__isnull=True).update(
        recalled_at=at, recall_reference=reference.strip()[:120]
    )
    if recalled != 1:
        raise Refused(_("This lot was recalled already."))
    held = Container.objects.filter(lot=lot, state__in=[ContainerState.SEALED, ContainerState.OPENED])
    note(target=lot, containers=held.update(state=ContainerState.QUARANTINED))
    lot.refresh_from_db()
    return lot
