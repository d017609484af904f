"""`mooring academy import`: questions from elsewhere become a check of a course; what is left out is said by row."""

from pathlib import Path

from mooring.content.course.imported import Import, as_check
from mooring.content.course.importing import NoReader, read_folder, read_questions
from mooring.references.bibliography import bibliography
from mooring.sentences.imports import NO_READER, fault_words
from mooring.work.mistakes import Mistake


def bring(source: Path, *, check: str, objective: str, cite: list[str], to: Path | None) -> int:
    """Write the check, or print it; 1 when something was left out."""
    unknown = [key for key in cite if key not in bibliography()]
    if unknown:
        raise Mistake(f"The bibliography does not hold {', '.join(unknown)}.")
    made = as_check(_read(source), check=check, objective=objective, cite=cite)
    for fault in made.faults:
        print(fault_words(fault))
    if to is None:
        print(made.text, end="")
    elif made.taken:
        if to.exists():
            raise Mistake(f"{to} exists. Choose another name; nothing was written.")
        to.write_text(made.text, encoding="utf-8")
        print(f"{made.taken} questions written to {to}.")
    print(f"{len(made.faults)} left out.")
    return 1 if made.faults or not made.taken else 0


def _read(source: Path) -> Import:
    try:
        return read_folder(source) if source.is_dir() else read_questions(source.name, source.read_bytes())
    except NoReader as fault:
        raise Mistake(str(NO_READER[fault.code])) from fault
    except OSError as fault:
        raise Mistake(f"{source} cannot be read.") from fault
