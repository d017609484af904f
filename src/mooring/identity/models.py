"""People, sites and their signed policies, roles, credentials, signed knowledge packs."""

from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mooring.audit.append_only import append_only
from mooring.audit.kept import kept_once
from mooring.audit.no_room import if_there_is_room
from mooring.audit.prepared import Prepared
from mooring.content.schema.privacy import Retention
from mooring.identity.ciphers import SealedTextField
from mooring.identity.pack_rows import SignedPack as SignedPack  # read with the other rows of this floor
from mooring.identity.roles import Permission, Reach, Role, reach_of
from mooring.identity.time_zones import known_time_zone as known_time_zone  # migrations name it here
from mooring.words.names import name_in_use


class Organisation(models.Model):
    """Who runs the sites; one in an installation."""

    name = models.CharField(max_length=160)

    def __str__(self) -> str:
        return self.name


class Programme(models.TextChoices):
    THERAPY_CLINIC = "therapy-clinic", _("Therapy clinic")
    INFUSION_CLINIC = "infusion-clinic", _("Infusion clinic")
    SUPERVISED_AT_HOME = "supervised-at-home", _("Supervised at home")


class Site(models.Model):
    """A place that treats: its clock, its law, its hours, whom to call in a crisis."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, validators=[known_time_zone])
    jurisdiction = models.CharField(max_length=12, help_text=_("Country and region, for example US-OR."))
    programme = models.CharField(max_length=24, choices=Programme.choices)
    phone = models.CharField(max_length=40)
    emergency_number = models.CharField(
        max_length=20,
        blank=True,
        help_text=_("What people dial there for an ambulance, for example 911 or 112."),
    )
    opens_at = models.TimeField()
    closes_at = models.TimeField()
    open_days = models.CharField(max_length=7, default="12345", help_text=_("Days of the week, 1 is Monday."))
    crisis_lines = models.JSONField(default=list, help_text=_("Each with name, number, and what it is."))

    def __str__(self) -> str:
        return self.name

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def today(self, at: datetime) -> date:
        return self.local(at).date()

    def is_open(self, at: datetime) -> bool:
        local = self.local(at)
        return str(local.isoweekday()) in self.open_days and self.opens_at <= local.time() < self.closes_at


class People(BaseUserManager["Person"]):
    def get(self, *args: Any, **named: Any) -> "Person":
        """By the key alone prepared, with the roles held now, as every request asks; a relation's people within it."""
        if args or named.keys() != {"pk"} or type(self) is not People:
            return super().get(*args, **named)
        key = int(named["pk"])
        held: list[RoleAssignment] = HELD_NOW.records((key,), timezone.now())
        found: list[Person] = [held[0].person] if held else BY_KEY.records((key,))
        if not found:
            raise Person.DoesNotExist
        found[0].standing = tuple(held)
        return found[0]

    def create_user(self, email: str | None = None, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=self.normalize_email(email).lower() if email else None, **fields)
        person.set_password(password)
        person.save()
        return person


class Person(AbstractBaseUser):
    """Anyone with a name: staff, learner, patient. Only who has a password may sign in."""

    legal_name = models.CharField(_("legal name"), max_length=160)
    chosen_name = models.CharField(_("chosen name"), max_length=80, blank=True)
    pronouns = models.CharField(_("pronouns"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), null=True, blank=True, unique=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[known_time_zone])
    language = models.CharField(max_length=8, default="en")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[People] = People()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["legal_name"]

    class Meta:
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **named: Any) -> None:
        """When somebody signed in last is good to know and stops no sign-in where nothing can be written."""
        if list(named.get("update_fields") or ()) == ["last_login"]:
            with if_there_is_room(f"last-sign-in:{self.actor_ref}"):
                super().save(*args, **named)
            return
        super().save(*args, **named)

    @property
    def name(self) -> str:
        """What the person wants to be called, with the family name where there is one."""
        return name_in_use(chosen=self.chosen_name, legal=self.legal_name)

    @property
    def actor_ref(self) -> str:
        return f"identity.person:{self.pk}"

    @property
    def actor_name(self) -> str:
        return self.legal_name

    @property
    def subject_ref(self) -> str:
        return self.actor_ref

    @cached_property
    def standing(self) -> tuple["RoleAssignment", ...]:
        """The roles held now, read once for a request."""
        return tuple(HELD_NOW.records((self.pk,), timezone.now()))

    def sites_where(self, permission: Permission, reach: Reach | None = None) -> set[int]:
        """Ids of sites where a role gives `permission` (with exactly `reach`, if asked)."""
        return {
            each.site_id
            for each in self.standing
            for found in [reach_of(each.role, permission)]
            if found is not None and reach in (None, found)
        }

    def may(self, permission: Permission) -> bool:
        """Whether any role at any site gives the permission at all."""
        return bool(self.sites_where(permission))


class RoleAssignment(models.Model):
    """That a person holds a role at a site, from when until when."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=32, choices=Role.choices)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="roles")
    held_from = models.DateTimeField()
    held_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "site"],
                condition=Q(held_until__isnull=True),
                name="identity_role_held_once",
            ),
            models.CheckConstraint(
                condition=Q(held_until__isnull=True) | Q(held_until__gte=F("held_from")),
                name="identity_role_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}, {self.site}"


BY_KEY = Prepared(lambda keys, moments: Person.objects.filter(pk__in=keys))
HELD_NOW = Prepared(
    lambda keys, moments: (
        RoleAssignment.objects.filter(person__in=keys, held_from__lte=moments[0])
        .exclude(held_until__lte=moments[0])
        .select_related("person", "site")
        .order_by("id")
    )
)


class RoleProposal(models.Model):
    """A role that may more than whoever gives it: it holds once a second person who manages people confirms."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="proposed_roles")
    role = models.CharField(max_length=32, choices=Role.choices)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    confirmed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "site"],
                condition=Q(decided_at__isnull=True),
                name="identity_role_proposed_once",
            ),
            models.CheckConstraint(
                condition=Q(confirmed=False) | (~Q(decided_by=F("proposed_by")) & ~Q(decided_by=F("person"))),
                name="identity_role_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}, {self.site}"


class CareTeam(models.Model):
    """The people around one patient. The patient's record points here."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="care_teams")

    def __str__(self) -> str:
        return _("care team {pk}").format(pk=self.pk)


class CareTeamMember(models.Model):
    team = models.ForeignKey(CareTeam, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="care_teams")
    role = models.CharField(max_length=32, choices=Role.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "person", "role"],
                condition=Q(until__isnull=True),
                name="identity_team_member_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_role_display()})"


class Duty(models.Model):
    """Who answers for a role at a site, from when until when: the one who is paged."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="duties")
    role = models.CharField(max_length=32, choices=Role.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="duties")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = _("duties")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="identity_duty_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return _("{person} on duty as {role}").format(person=self.person, role=self.get_role_display())


class CredentialSource(models.TextChoices):
    RECORDED = "recorded", _("recorded by the site from the paper")
    ACADEMY = "academy", _("earned in the academy")
    BADGE = "badge", _("brought in as a badge")


@kept_once(may_change=("revoked_at",))
class Credential(models.Model):
    """A licence or certificate with its expiry; `kind` is the code that requirements ask for."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=40)
    issuer = models.CharField(max_length=160)
    number = SealedTextField(purpose="identity.credential.number", max_length=80, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=16, choices=CredentialSource.choices)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="identity_credential_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person}"


@append_only
class SitePolicy(models.Model):
    """What the site decided for itself, dated and signed; the newest in force applies."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="policies")
    number = models.PositiveIntegerField()
    in_force_from = models.DateTimeField()
    weight_fresh_days = models.PositiveSmallIntegerField()
    answer_interest_hours = models.PositiveSmallIntegerField()
    contact_from_hours = models.PositiveSmallIntegerField()
    contact_until_hours = models.PositiveSmallIntegerField()
    page_answer_minutes = models.PositiveSmallIntegerField()
    serious_report_days = models.PositiveSmallIntegerField(
        default=0, help_text=_("A serious event is reported by the end of this day; 0 is the same day.")
    )
    keep_clinical_years = models.PositiveSmallIntegerField(
        default=0, help_text=_("0: no period is set, and no clinical record is erased.")
    )
    keep_minors_until_age = models.PositiveSmallIntegerField(
        default=0, help_text=_("Not before the patient is of this age; 0: no such rule.")
    )
    second_step = models.BooleanField(default=True)
    part2_programme = models.BooleanField(default=False)
    idle_shared_minutes = models.PositiveSmallIntegerField(default=5)
    idle_desk_minutes = models.PositiveSmallIntegerField(default=15)
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = _("site policies")
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="identity_policy_number"),
            models.CheckConstraint(
                condition=Q(contact_until_hours__gt=F("contact_from_hours")),
                name="identity_policy_contact_window",
            ),
        ]

    def __str__(self) -> str:
        return _("policy {number} of {site}").format(number=self.number, site=self.site)

    @property
    def keeps_clinical(self) -> Retention:
        """The signed period as a rule."""
        return Retention(
            records="clinical",
            years=self.keep_clinical_years or None,
            minor_until_age=self.keep_minors_until_age or None,
        )


class DevicePin(models.Model):
    """A short PIN with which a person goes on on one device that locked itself; it signs nobody in."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="pins")
    device = models.CharField(max_length=64)
    pin = models.CharField(max_length=128)
    wrong = models.PositiveSmallIntegerField(default=0)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "device"], name="identity_pin_of_a_device")]

    def __str__(self) -> str:
        return f"{self.person}: {self.device[:8]}"


class PasskeyChallenge(models.Model):
    """What a person's passkey was asked to sign a moment ago; it counts once."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    challenge = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person}: {self.made_at}"


class WrongTries(models.Model):
    """How often a password was wrong for one account, one account from one address, or one signer."""

    key = models.CharField(max_length=120, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
