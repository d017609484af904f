"""Made-up people: names from many places, put together by a fixed draw; no one of them is anybody."""

from datetime import date, timedelta
from random import Random

from mooring.demonstration.stories import Story
from mooring.demonstration.telling import Character

GIVEN: tuple[tuple[str, str], ...] = tuple(
    (name, pronouns)
    for pronouns, names in (
        (
            "she/her",
            "Ngozi Ruth Hana Leila Mei Anjali Ilse Zofia Marisol Aylin Noor Chiara Sunniva Thandiwe Yuki Beatriz "
            "Danuta Farida Ioana Katya Lucia Maeve Nadia Oksana Paloma Rania Saoirse Tala Ulla Wanjiru",
        ),
        (
            "he/him",
            "Daniel Tomasz Samuel Kwame Hiro Mateus Idris Lars Pavel Ravi Sandro Tariq Uwe Viktor Wen Yusuf Andrei "
            "Bashir Cormac Dimitri Emeka Faisal Gabor Henrik Ivo Joaquim Kofi Luca Milan Nils",
        ),
        ("they/them", "Alex Robin Sasha Quinn Jules Noa Kim Marlo"),
    )
    for name in names.split()
)
FAMILY = [
    "Adeyemi",
    "Wilk",
    "Okafor",
    "Calloway",
    "Brandt",
    "Haddad",
    "Reyes",
    "Sato",
    "Lindqvist",
    "Marchetti",
    "Nwosu",
    "Iyer",
    "Petrov",
    "Castellano",
    "Demir",
    "Eriksen",
    "Fontaine",
    "Gallagher",
    "Hoang",
    "Ibarra",
    "Jansen",
    "Kowalczyk",
    "Laurent",
    "Mbeki",
    "Novak",
    "Oyelaran",
    "Pereira",
    "Rahimi",
    "Schuster",
    "Tanaka",
    "Ueda",
    "Varga",
    "Whitlock",
    "Yilmaz",
    "Zeller",
    "Achterberg",
    "Boateng",
    "Cardoso",
    "Dragomir",
    "Eze",
    "Farouk",
    "Grimaldi",
    "Halvorsen",
    "Isaksen",
    "Jovanovic",
    "Kamau",
    "Lombardi",
    "Moreau",
    "Nakamura",
    "Ortega",
    "Papadakis",
    "Quist",
    "Rosales",
    "Silva",
    "Thorne",
    "Vasquez",
    "Weiss",
]


def character(number: int, story: Story, today: date) -> Character:
    """The `number`-th person of the demonstration; the same number is always the same person."""
    draw = Random(f"mooring/{number}")  # noqa: S311 - a fixed draw of names, nothing secret
    given, pronouns = GIVEN[(number * 37) % len(GIVEN)]
    family = FAMILY[(number * 23 + number // len(GIVEN)) % len(FAMILY)]
    second = f" {draw.choice('ABCDEFGHIJKLMNOPRSTVWZ')}." if number >= len(GIVEN) else ""
    age_days = draw.randrange(26 * 365, 63 * 365)
    return Character(
        legal_name=f"{given}{second} {family}",
        chosen_name="",
        pronouns=pronouns,
        birth_date=today - timedelta(days=age_days),
        phone=f"+1 503 555 {number % 10_000:04d}",
        email=f"{given}.{family}.{number}@example.com".lower(),
        weight_kg=story.weight_kg,
        scores=story.scores,
    )
