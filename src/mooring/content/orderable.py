"""Under which protocols a dose can be ordered, read from what the pack holds, and what is missing for the others.

A dose needs a shape, something to give, a monitoring plan with its discharge criteria, and a consent text, all for the
product, the route and the setting of the protocol. A ceiling is the one thing that a site may add to it by signing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from mooring.content.pack import Pack
from mooring.content.schema.presentations import Presentation
from mooring.content.schema.protocols import ProtocolTemplate


class Lack(StrEnum):
    """What keeps a protocol from being ordered under; `sentences.plan` has the words."""

    REFERENCE_ONLY = "protocol.reference_only"
    NO_SHAPE = "protocol.no_shape"
    NO_DURATION = "protocol.no_duration"
    NO_PUMP = "protocol.no_pump"
    NO_PRODUCT = "protocol.no_product"
    NO_MONITORING = "protocol.no_monitoring"
    NO_DISCHARGE = "protocol.no_discharge"
    NO_CONSENT = "protocol.no_consent"


def lacks(protocol: ProtocolTemplate, pack: Pack, on: date) -> tuple[Lack, ...]:
    """What the pack lacks for an order under this protocol; empty where orders can be written."""
    if protocol.reference_only:
        return (Lack.REFERENCE_ONLY,)
    return tuple(_lacks(protocol, pack, on))


def orderable(pack: Pack, on: date) -> tuple[ProtocolTemplate, ...]:
    """The protocols in force under which a dose can be ordered, some only once the site has signed a ceiling."""
    return tuple(each for each in pack.protocols.in_force(on) if not lacks(each, pack, on))


def needs_ceiling(protocol: ProtocolTemplate) -> bool:
    """Whether the site's medical director has to sign a ceiling in mg, because the protocol prints none."""
    return protocol.dose.most_mg is None


def _lacks(protocol: ProtocolTemplate, pack: Pack, on: date) -> Iterator[Lack]:
    giving = protocol.given_as
    if giving is None:
        yield Lack.NO_SHAPE
        return
    if giving.shape == "infusion":
        if protocol.duration is None:
            yield Lack.NO_DURATION
        if not pack.pumps.in_force(on):
            yield Lack.NO_PUMP
    if not any(_can_be_given(protocol, giving.shape, each) for each in pack.presentations.in_force(on)):
        yield Lack.NO_PRODUCT
    yield from _watched(protocol, pack, on)
    wanted = (protocol.product, protocol.route, protocol.setting)
    texts = pack.consents.in_force(on)
    if not any(_fits(wanted, (text.product, text.route, text.setting)) for text in texts):
        yield Lack.NO_CONSENT


def _watched(protocol: ProtocolTemplate, pack: Pack, on: date) -> Iterator[Lack]:
    plans = {each.id: each for each in pack.monitoring.in_force(on)}
    plan = plans.get(protocol.monitoring or "")
    if plan is None or (plan.product, plan.route) != (protocol.product, protocol.route):
        yield Lack.NO_MONITORING
    elif plan.discharge not in {each.id for each in pack.discharge.in_force(on)}:
        yield Lack.NO_DISCHARGE


def _can_be_given(protocol: ProtocolTemplate, shape: str, presentation: Presentation) -> bool:
    from_a_liquid = shape in ("infusion", "injection")
    product, basis = protocol.product, protocol.salt_basis
    return (
        (presentation.product, presentation.salt_basis) == (product, basis)
        and presentation.use_by(protocol.route) is not None
        and (presentation.counted_as is None) == from_a_liquid
    )


def _fits(wanted: tuple[str, ...], own: tuple[str, ...]) -> bool:
    return all(each in ("", "any", want) for want, each in zip(wanted, own, strict=True))
