"""Acts on people, roles, credentials, policies and packs."""

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NoReturn

from django.contrib.auth.hashers import check_password
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mooring import __version__
from mooring.audit.recording import Actor, add_signature, forget_signatures, note, recorded
from mooring.identity import passkeys, tries
from mooring.identity.models import (
    CareTeam,
    CareTeamMember,
    Credential,
    CredentialSource,
    DevicePin,
    Duty,
    Organisation,
    Person,
    RoleAssignment,
    SignedPack,
    Site,
    SitePolicy,
)
from mooring.identity.roles import Role
from mooring.identity.signing import FormSent, what_is_signed
from mooring.identity.signing_in import delayed_signature, wrong_signature
from mooring.rules.verdict import Refused
from mooring.words.names import has_letters


def confirm_signature(person: Person, given: str) -> None:
    """A signature is the signer's own password typed again for this act, or their passkey's answer for this very form.

    The event of the act that follows keeps it, with the digest of the form. Each has a counter of its own: after five wrong ones, ever longer waits.
    """
    now, by_passkey = timezone.now(), passkeys.is_passkey(given)
    key = tries.passkey_key(person.pk) if by_passkey else tries.signature_key(person.pk)
    wait = tries.claim_try(key, at=now)
    if wait is not None:
        seconds = math.ceil(wait.total_seconds())
        delayed_signature(person, seconds=seconds, at=now)
        minutes = math.ceil(seconds / 60)
        raise Refused(
            ngettext(
                "Too many wrong tries. You can sign again in {minutes} minute; nothing was lost.",
                "Too many wrong tries. You can sign again in {minutes} minutes; nothing was lost.",
                minutes,
            ).format(minutes=minutes)
        )
    form = what_is_signed()
    kept = _by_passkey(person, given, form, now) if by_passkey else {}
    if not by_passkey and not check_password(given, person.password):
        _refuse_signature(person, _("This is not your password. Nothing is signed yet."), now)
    tries.forget(key)
    kind = "passkey" if by_passkey else "password"
    add_signature({"by": person.actor_ref, "with": kind, "of": form.digest, "at": form.address, **kept})


def confirm_signatures(person: Person, given: Mapping[str, Any]) -> None:
    """What a form of two signatures holds: `password` of who signs and, where a `second` was chosen, theirs."""
    confirm_signature(person, given["password"])
    if given.get("second") is not None:
        confirm_signature(given["second"], given["second_password"])


def _by_passkey(person: Person, given: str, form: FormSent, now: datetime) -> dict[str, str]:
    try:
        return passkeys.accept(person, given, signs=form, at=now)
    except passkeys.NotAccepted as refused:
        said = (
            _("The form was changed after the passkey had signed it. Nothing is signed yet. Use it again.")
            if refused.other_form
            else _("The passkey was not accepted. Nothing is signed yet. Try again, or use your password.")
        )
        _refuse_signature(person, said, now)


def _refuse_signature(person: Person, said: str, now: datetime) -> NoReturn:
    forget_signatures()
    wrong_signature(person, at=now)
    raise Refused(said)


@recorded("identity.organisation.founded")
def found_organisation(*, name: str, by: Actor, at: datetime) -> Organisation:
    if Organisation.objects.exists():
        raise Refused(_("This installation has its organisation already."))
    return Organisation.objects.create(name=name)


@recorded("identity.site.opened")
def open_site(*, site: Site, by: Actor, at: datetime) -> Site:
    """Store a new site, given as an unsaved row whose fields a form has checked."""
    site.full_clean()
    site.save(force_insert=True)
    return site


@recorded("identity.site.added")
def add_site(*, site: Site, by: Person, at: datetime) -> Site:
    """Open a further site; whoever opens it is its first administrator, because somebody has to be."""
    site.organisation = Organisation.objects.get()
    open_site(site=site, by=by, at=at)
    RoleAssignment.objects.create(person=by, role=Role.ADMINISTRATOR, site=site, held_from=at)
    note(target=site, first_administrator=by.actor_ref)
    return site


@recorded("identity.site.changed")
def change_site(
    *, site: Site, was: Mapping[str, Any], new: Mapping[str, Any], by: Person, at: datetime
) -> Site:
    """Change what `new` names; refused when somebody changed the site since it showed `was`."""
    if Site.objects.filter(pk=site.pk, **was).update(**new) != 1:
        raise Refused(_changed_meanwhile())
    note(target=site, changed=_changed(was, new))
    return Site.objects.get(pk=site.pk)


@recorded("identity.person.changed")
def change_person(
    *, person: Person, was: Mapping[str, Any], new: Mapping[str, Any], by: Person, at: datetime
) -> Person:
    """Change names, pronouns, phone or time zone; refused when somebody changed them since `was`."""
    if Person.objects.filter(pk=person.pk, **was).update(**new) != 1:
        raise Refused(_changed_meanwhile())
    note(target=person, changed=_changed(was, new))
    return Person.objects.get(pk=person.pk)


def _changed(was: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The names of what is different; never the values, which stand where they can be erased."""
    return sorted(
        name for name, value in new.items() if value != was.get(name) and str(value) != was.get(name)
    )


def _changed_meanwhile() -> str:
    return _("A colleague changed this a moment ago. Nothing was overwritten. Open the page again and check.")


@recorded("identity.person.added")
def add_person(*, person: Person, by: Actor, at: datetime) -> Person:
    """Save a new person without a password; who should sign in gets an invitation (work)."""
    if not has_letters(person.legal_name):
        raise Refused(_("This name cannot be read: it has no letters. Enter it again."))
    person.joined_at = at
    person.set_unusable_password()
    person.full_clean(exclude=["password"])
    person.save(force_insert=True)
    return person


@recorded("identity.password.set")
def set_password(*, person: Person, password: str, by: Actor, at: datetime) -> Person:
    """Give a person a password that a form or the command line has checked."""
    note(target=person)
    tries.forget(tries.signature_key(person.pk))
    DevicePin.objects.filter(person=person).delete()
    person.set_password(password)
    person.save(update_fields=["password"])
    return person


@recorded("identity.role.given")
def give_role(*, person: Person, role: str, site: Site, by: Actor, at: datetime) -> RoleAssignment:
    if by == person:
        raise Refused(_("You cannot give yourself a role. A colleague who manages people does it."))
    if RoleAssignment.objects.filter(person=person, role=role, site=site, held_until__isnull=True).exists():
        raise Refused(_("{person} holds this role at {site} already.").format(person=person, site=site))
    if not person.is_active:
        Person.objects.filter(pk=person.pk).update(is_active=True)
        note(opened_account=True)
    return RoleAssignment.objects.create(person=person, role=role, site=site, held_from=at)


@recorded("identity.role.ended")
def end_role(*, assignment: RoleAssignment, by: Actor, at: datetime) -> RoleAssignment:
    if RoleAssignment.objects.filter(pk=assignment.pk, held_until__isnull=True).update(held_until=at) != 1:
        raise Refused(_("This role has ended already."))
    assignment.refresh_from_db()
    return assignment


@recorded("identity.credential.granted")
def grant_credential(
    *,
    person: Person,
    kind: str,
    issuer: str,
    number: str,
    valid_from: date,
    valid_until: date | None,
    source: CredentialSource,
    by: Actor,
    at: datetime,
) -> Credential:
    if by == person and source == CredentialSource.RECORDED:
        raise Refused(_("You cannot record your own credential. A colleague who saw the paper does it."))
    credential = Credential(
        person=person,
        kind=kind,
        issuer=issuer,
        number=number,
        valid_from=valid_from,
        valid_until=valid_until,
        source=source,
    )
    credential.full_clean()
    credential.save(force_insert=True)
    return credential


@recorded("identity.credential.revoked")
def revoke_credential(*, credential: Credential, by: Actor, at: datetime) -> Credential:
    if Credential.objects.filter(pk=credential.pk, revoked_at__isnull=True).update(revoked_at=at) != 1:
        raise Refused(_("This credential was revoked already."))
    credential.refresh_from_db()
    return credential


@recorded("identity.team.joined")
def join_team(*, team: CareTeam, person: Person, role: str, by: Actor, at: datetime) -> CareTeamMember:
    if CareTeamMember.objects.filter(team=team, person=person, role=role, until__isnull=True).exists():
        raise Refused(_("{person} is on this care team already.").format(person=person))
    return CareTeamMember.objects.create(team=team, person=person, role=role, since=at)


@recorded("identity.team.left")
def leave_team(*, member: CareTeamMember, by: Actor, at: datetime) -> CareTeamMember:
    if CareTeamMember.objects.filter(pk=member.pk, until__isnull=True).update(until=at) != 1:
        raise Refused(_("{person} has left this care team already.").format(person=member.person))
    member.refresh_from_db()
    return member


@recorded("identity.duty.set")
def set_duty(
    *, site: Site, role: str, person: Person, starts_at: datetime, ends_at: datetime, by: Actor, at: datetime
) -> Duty:
    if ends_at <= starts_at:
        raise Refused(_("A duty ends after it starts."))
    return Duty.objects.create(site=site, role=role, person=person, starts_at=starts_at, ends_at=ends_at)


@recorded("identity.duty.ended")
def end_duty(*, duty: Duty, by: Actor, at: datetime) -> None:
    """End a duty now; one that has not begun is taken off the roster."""
    note(person=duty.person.actor_ref, role=duty.role, site=duty.site_id)
    if duty.starts_at >= at:
        duty.delete()
    elif Duty.objects.filter(pk=duty.pk, ends_at__gt=at).update(ends_at=at) != 1:
        raise Refused(_("This duty has ended already."))


@recorded("identity.account.closed")
def close_account(*, person: Person, by: Actor, at: datetime) -> Person:
    """Nobody signs in with this account any more; every sign-in of it ends with the next request."""
    if Person.objects.filter(pk=person.pk, is_active=True).update(is_active=False) != 1:
        raise Refused(_("This account is closed already."))
    person.refresh_from_db()
    return person


@recorded("identity.tries.forgotten")
def forget_tries(*, person: Person, by: Actor, at: datetime) -> int:
    """A colleague opens the door again after wrong passwords: sign-in and signature start from nothing."""
    note(target=person)
    account = tries.sign_in_keys(person.email or "", "")[1]
    signing = tries.forget(tries.signature_key(person.pk)) + tries.forget(tries.passkey_key(person.pk))
    return signing + tries.forget_all_of(account)


@recorded("identity.policy.signed")
def sign_policy(*, policy: SitePolicy, by: Person, at: datetime) -> SitePolicy:
    """Store a policy, given as an unsaved row; the newest in force applies to every new act."""
    last = SitePolicy.objects.filter(site=policy.site).order_by("-number").first()
    policy.number = last.number + 1 if last else 1
    policy.signed_by, policy.signed_at = by, at
    policy.full_clean()
    policy.save(force_insert=True)
    return policy


@recorded("identity.pack.signed")
def sign_pack(*, site: Site, digest: str, body: str, by: Person, at: datetime) -> SignedPack:
    """Store the whole pack (`Pack.dump()`) as the site's knowledge from now on, with the engine's version."""
    newest = SignedPack.objects.filter(site=site).order_by("-signed_at", "-id").first()
    if newest is not None and newest.digest == digest:
        raise Refused(_("This pack is in force here already."))
    note(digest=digest)
    return SignedPack.objects.create(
        site=site, digest=digest, body=body, engine_version=__version__, signed_by=by, signed_at=at
    )
