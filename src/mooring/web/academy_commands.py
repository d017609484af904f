"""`mooring academy`: begin a course, say what a folder lacks, write the schemas for an editor.

What touches a database stands in `academy_publishing.py` and `academy_preview.py`.
"""

import json
from datetime import date
from pathlib import Path

from mooring.content.course.credit import credit_of
from mooring.content.course.lint import lint_course
from mooring.content.course.loader import CourseContent, CourseUnreadable, json_schemas, load_course
from mooring.content.course.new import CannotWrite, write_example
from mooring.references.bibliography import bibliography
from mooring.words.numbers import whole_number
from mooring.work.mistakes import Mistake


def new(slug: str, *, within: Path, day: date) -> int:
    """Write a small whole course to be written over, and say what to do next."""
    folder = within / slug
    try:
        written = write_example(folder, slug=slug, day=day)
    except CannotWrite as fault:
        raise Mistake(str(fault)) from fault
    for path in written:
        print(f"  {path}")
    print(
        f"{len(written)} files. Open course.yaml first; the comments say what each file is for. Then:\n"
        f"  mooring academy preview {folder}   see it as a learner does, while you write\n"
        f"  mooring academy lint {folder}      what is missing before it may be published\n"
        f"  mooring academy publish {folder} --by you@example.org"
    )
    return 0


def lint(folder: Path, *, day: date, previous: Path | None = None) -> int:
    """0 when the course may be published; 1 with every problem, by file and line, when it may not."""
    try:
        course = load_course(_folder(folder))
        before = load_course(_folder(previous)) if previous else None
    except CourseUnreadable as fault:
        print(fault)
        return 1
    report = lint_course(course, references=bibliography(), day=day, previous=before)
    for problem in report.problems:
        print(problem)
    for advice in report.advice:
        print(f"{advice} (advice)")
    print(_summary(course))
    print("May be published." if report.publishable else f"{len(report.problems)} to put right first.")
    return 0 if report.publishable else 1


def schemas(folder: Path) -> int:
    """Write the JSON Schema of every file of a course into a folder, for completion in an editor."""
    folder.mkdir(parents=True, exist_ok=True)
    for pattern, schema in json_schemas().items():
        name = pattern.rsplit("/", 1)[-1].removesuffix(".yaml").lstrip("*.") or pattern.split("/", 1)[0]
        (folder / f"{name}.schema.json").write_text(json.dumps(schema, indent=2) + "\n", encoding="utf-8")
    print(f"{len(json_schemas())} schemas are in {folder}.")
    return 0


def _folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise Mistake(f"{folder} is not a folder. Name the folder that holds course.yaml.")
    return folder


def _summary(course: CourseContent) -> str:
    credit = credit_of(course)
    return (
        f"{course.about.title}, version {course.about.version}: {len(course.lessons)} lessons, "
        f"{credit.words} words, {sum(1 for _ in course.check_items())} check questions, "
        f"{len(course.post_test.items)} post-test items; {whole_number(credit.minutes)} minutes, {credit.hours} hours."
    )
