"""One question of every type, as the files of a course hold them."""

from pydantic import TypeAdapter

from mooring.content.course.items import Item

HEAD = {"objective": "lo1", "family": "thing", "cite": ["domino-2010-tiger"]}
PARSED: TypeAdapter[Item] = TypeAdapter(Item)


def item(**said: object) -> Item:
    return PARSED.validate_python({**HEAD, **said})


OPTIONS = {
    "a": {"text": "A thing", "right": True, "why": "It is."},
    "b": {"text": "No thing", "why": "It is one."},
    "c": {"text": "Two things", "why": "Only one.", "cite": ["li-2016-fifty"]},
}
SINGLE = item(id="one", type="single", stem="What is it?", options=OPTIONS)
MULTIPLE = item(
    id="some",
    type="multiple",
    stem="Which are true?",
    options={**OPTIONS, "d": {"text": "A matter", "right": True, "why": "It is that, too."}},
)
NUMERIC = item(
    id="number", type="numeric", stem="How much?", answer=0.5, tolerance=0.05, unit="mg/kg", why="Half."
)
ORDER = item(
    id="order", type="order", stem="In which order?", steps=["Look", "Ask", "Act", "Write"], why="Look first."
)
MATCH = item(
    id="match",
    type="match",
    stem="What belongs together?",
    pairs=[
        {"left": "Cat", "right": "Meows", "why": "Cats do."},
        {"left": "Dog", "right": "Barks", "why": "Dogs do."},
        {"left": "Cow", "right": "Moos", "why": "Cows do."},
    ],
)
EXPLORABLE = item(
    id="explore",
    type="explorable",
    stem="How much is occupied?",
    explorable="band",
    settings={"concentration_ng_per_ml": 100},
    output="occupancy_mid_percent",
    tolerance=0.1,
    why="Read it off.",
)
ALL = (SINGLE, MULTIPLE, NUMERIC, ORDER, MATCH, EXPLORABLE)
RIGHT = {
    "one": "a",
    "some": frozenset({"a", "d"}),
    "number": 0.5,
    "order": ("Look", "Ask", "Act", "Write"),
    "match": {"Cat": "Meows", "Dog": "Barks", "Cow": "Moos"},
    "explore": 50.0,
}
