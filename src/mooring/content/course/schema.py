"""What the files of a course may say: course, modules, lessons, media, changes, evaluation.

A course is one folder. Every file in it is either Markdown (a lesson) or YAML, and every YAML file has a
model here, in `items` (questions) or in `practice` (cases and explorables). The models are
frozen, refuse unknown keys, and are published as JSON Schema by `json_schemas`, so that an editor can
complete and check a file while it is written.

Ids are for ever: progress, answers and credit hang on them, never on a path or on an order.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-.][a-z0-9]+)*$", max_length=80)]
"""Lower-case words and figures joined by `-` or `.`; never used twice, never reused after retirement."""

Text = Annotated[str, StringConstraints(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class FileModel(BaseModel):
    """Base of everything read from a course file: frozen, and an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Level(StrEnum):
    """Instructional level, as accreditors print it."""

    INTRODUCTORY = "introductory"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Objective(FileModel):
    """What a learner can do afterwards. Lessons, items and the evaluation refer to it by id."""

    id: Id
    verb: Text
    text: Text
    safety: bool = Field(
        default=False, description="Asked again for ever: its questions never retire from review."
    )


class ContributorRole(StrEnum):
    """What a person does for a course; each one must disclose before taking it up."""

    PLANNER = "planner"
    AUTHOR = "author"
    FACULTY = "faculty"
    PEER_REVIEWER = "peer-reviewer"


class Contributor(FileModel):
    """Someone in control of content. Disclosures are personal records and live in the database, not here."""

    id: Id
    name: Text
    credentials: str = ""
    roles: tuple[ContributorRole, ...] = Field(min_length=1)
    fictional: bool = False


class ClinicalReview(FileModel):
    """Whether a named clinician has read the content. Both fields empty means: nobody has, and it says so."""

    reviewer: str = ""
    reviewed: date | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> ClinicalReview:
        if bool(self.reviewer) != bool(self.reviewed):
            raise ValueError("a review names a reviewer and a date, or neither")
        return self

    @property
    def done(self) -> bool:
        """True when a named clinician has reviewed the content."""
        return bool(self.reviewer)


class LiteratureSweep(FileModel):
    """To when the literature was searched for this course, where, and for what. Shown on the course's page."""

    through: date
    searched: tuple[Text, ...] = Field(min_length=1, description="Databases, registers, agencies.")
    terms: Text
    found: Text = Field(description="What the search changed in the course, in a sentence or two.")


class CourseFile(FileModel):
    """`course.yaml`: what the catalogue and the course page say, and the order of modules."""

    id: Id
    title: Text
    subtitle: str = ""
    version: Text
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
    level: Level
    released: date
    review_due: date
    description: Text
    audience: tuple[Text, ...] = Field(min_length=1)
    competencies: tuple[Text, ...] = ()
    what_it_is_not: tuple[Text, ...] = Field(min_length=1)
    method: Text = Field(description="How one takes part: format, media, what is required.")
    licence: Text
    access_days: int = Field(default=365, gt=0)
    accommodations: Text
    grievances: Text
    reading_grade_max: float = Field(gt=0, description="Highest Flesch-Kincaid grade a lesson may have.")
    people: tuple[Contributor, ...] = Field(min_length=1)
    clinical_review: ClinicalReview = ClinicalReview()
    literature_sweep: LiteratureSweep | None = None
    modules: tuple[Id, ...] = Field(min_length=1)
    retired: tuple[Id, ...] = Field(default=(), description="Ids once used and withdrawn; never used again.")


class Outline(FileModel):
    """A lesson that is planned but not written. It carries no credit and no objective is tested by it."""

    id: Id
    title: Text
    summary: Text


class ModuleFile(FileModel):
    """`modules/<id>/module.yaml`: objectives, and the order of the lessons by their ids."""

    id: Id
    title: Text
    summary: Text
    objectives: tuple[Objective, ...] = Field(min_length=1)
    lessons: tuple[Id, ...] = Field(min_length=1)
    outlined: tuple[Outline, ...] = ()


class Completion(FileModel):
    """When a lesson counts as done: so many right answers in one check. Decided by the server alone."""

    check: Id
    min_correct: int = Field(ge=0)


class LessonHead(FileModel):
    """Front matter of a lesson."""

    id: Id
    title: Text
    summary: Text
    objectives: tuple[Id, ...] = Field(min_length=1)
    complete_when: Completion


class MediaKind(StrEnum):
    """What a media file is; audio and video need captions and a transcript, an image needs alt text."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"


class Medium(FileModel):
    """One media file. `sha256` is that of the file's bytes, so that a swapped file is noticed."""

    id: Id
    kind: MediaKind
    file: Text
    sha256: Sha256
    alt: str = ""
    caption: str = ""
    captions: str = Field(default="", description="WebVTT file beside it.")
    transcript: str = Field(default="", description="Markdown file beside it.")
    minutes: float = Field(default=0, ge=0)
    required: bool = False


class MediaFile(FileModel):
    """`media.yaml`: every media file of the course with its digest and its text alternatives."""

    media: tuple[Medium, ...] = ()


class CourseChangeKind(StrEnum):
    """How a change reaches those already enrolled.

    `typo` moves everyone; `substantive` is offered; `safety` moves everyone and adds a short delta lesson.
    """

    TYPO = "typo"
    SUBSTANTIVE = "substantive"
    SAFETY = "safety"


class CourseChange(FileModel):
    """One version of the course and why it exists."""

    version: Text
    released: date
    kind: CourseChangeKind
    summary: Text
    delta_lesson: Id | None = None

    @model_validator(mode="after")
    def _safety_brings_a_lesson(self) -> CourseChange:
        if self.kind is CourseChangeKind.SAFETY and self.delta_lesson is None:
            raise ValueError("a safety change names the delta lesson that explains it")
        return self


class ChangesFile(FileModel):
    """`changes.yaml`: newest first."""

    changes: tuple[CourseChange, ...] = Field(min_length=1)


class Repetition(StrEnum):
    """How often an evaluation question is put."""

    ONCE = "once"
    PER_OBJECTIVE = "per-objective"
    PER_FACULTY = "per-faculty"


class AnswerKind(StrEnum):
    """What an evaluation question wants."""

    SCALE = "scale"
    CHOICE = "choice"
    TEXT = "text"


class EvaluationQuestion(FileModel):
    """A question of the evaluation form; `{objective}` and `{person}` in the text are filled in."""

    id: Id
    asked: Repetition = Repetition.ONCE
    kind: AnswerKind
    text: Text
    options: tuple[Text, ...] = Field(default=(), description="Labels, lowest first for a scale.")
    required: bool = True

    @model_validator(mode="after")
    def _options_fit(self) -> EvaluationQuestion:
        if (self.kind is AnswerKind.TEXT) == bool(self.options):
            raise ValueError("a scale or a choice has options; a text question has none")
        return self


class EvaluationFile(FileModel):
    """`evaluation.yaml`: asked after the post-test; answers are stored apart from the learner's name."""

    id: Id
    introduction: Text
    questions: tuple[EvaluationQuestion, ...] = Field(min_length=1)


class CreditType(StrEnum):
    """What a credit offering awards."""

    COMPLETION = "completion"
    CE = "ce"
    CME = "cme"


class Provider(FileModel):
    """The organisation whose credit it is. A fictional one is marked so wherever it shows."""

    id: Id
    name: Text
    address: Text
    number: str = ""
    fictional: bool = False


class Offering(FileModel):
    """One way to receive credit for the course. `statement` may use {provider}, {amount} and {title}."""

    id: Id
    credit_type: CreditType
    title: Text
    body: str = Field(default="", description="The approving body; empty for a plain completion.")
    max_amount: Decimal = Field(ge=0, decimal_places=2)
    step: Decimal = Field(default=Decimal("0.25"), gt=0, decimal_places=2)
    partial_allowed: bool = False
    evaluation_required: bool = True
    professions: tuple[Text, ...] = Field(default=(), description="Empty: open to all.")
    states: tuple[Text, ...] = Field(default=(), description="Empty: anywhere.")
    licence_required: bool = False
    valid_from: date
    valid_through: date
    paused: bool = False
    attestation: str = ""
    statement: Text

    @model_validator(mode="after")
    def _holds_together(self) -> Offering:
        if self.valid_through < self.valid_from:
            raise ValueError("valid_through lies before valid_from")
        if self.max_amount % self.step:
            raise ValueError("max_amount is not a whole number of steps")
        if self.partial_allowed and not self.attestation:
            raise ValueError("an offering that is claimed in parts has an attestation to sign")
        return self

    def is_open(self, day: date) -> bool:
        """Whether credit can be given, and the statement shown, on this day."""
        return not self.paused and self.valid_from <= day <= self.valid_through


class PilotRun(FileModel):
    """One person's trial of the whole course, as accreditors ask for it. No name stands here."""

    profession: Text
    on: date
    minutes: float = Field(gt=0)


class CreditBasis(FileModel):
    """What the credit calculation needs beyond the counted words and questions."""

    difficulty: float = Field(ge=1, le=5, description="1 very easy … 5 very difficult.")
    difficulty_reason: Text
    other_minutes: float = Field(default=0, ge=0, description="Explorables and cases; the reason is below.")
    other_minutes_reason: str = ""
    pilot: tuple[PilotRun, ...] = Field(
        default=(), description="Who tried the course, and how long it took them."
    )


class OfferingsFile(FileModel):
    """`accreditation/offerings.yaml`."""

    provider: Provider
    joint_provider: Provider | None = None
    basis: CreditBasis
    offerings: tuple[Offering, ...] = Field(min_length=1)
