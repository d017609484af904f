"""No template holds words that a translator would not see."""

from pathlib import Path

import pytest

from tests.architecture.unwrapped import unwrapped

TEMPLATES = Path(__file__).resolve().parents[2] / "src" / "mooring" / "web" / "templates"
NOT_TRANSLATED = {
    "academy/credits/paper.html": "a certificate is a stored document; its wording is signed with it",
    "web/gallery.html": "samples for who builds pages",
}
BUILT_BEFORE = {
    ("components/figure.html", 'id="h-'): "an attribute that a tag builds",
    ("knowledge/references.html", "CSV"): "the name of a format",
    ("knowledge/references.html", "RIS"): "the name of a format",
}


def bare_words(template: Path) -> list[tuple[int, str]]:
    """Lines and words that no translator sees and no exception names."""
    name = template.relative_to(TEMPLATES).as_posix()
    if name in NOT_TRANSLATED:
        return []
    return [
        (line, text)
        for line, text in unwrapped(template.read_text(encoding="utf-8"))
        if (name, text.replace("\x00", "")) not in BUILT_BEFORE and not is_theme(text)
    ]


def test_every_word_of_a_template_is_wrapped() -> None:
    assert not {str(path): bare for path in TEMPLATES.rglob("*.html") if (bare := bare_words(path))}


def is_theme(text: str) -> bool:
    """`{% block theme %}room{% endblock %}` fills an attribute of the page."""
    return text in {"room", "day"}


@pytest.mark.parametrize(
    "planted",
    [
        "<p>Saved now</p>",
        "Saved now",
        '<button aria-label="Close it"></button>',
        "<img alt='A curve'>",
        '<input placeholder="Your name">',
        "<p>{{ n }} lessons</p>",
        '{% translate "Saved" %} at once',
        "{% if a %}Open{% endif %}",
        "{% block title %}Consents{% endblock %}",
    ],
)
def test_planted_words_are_found(planted: str) -> None:
    assert list(unwrapped(planted))


@pytest.mark.parametrize(
    "fine",
    [
        '{% translate "Saved now" %}',
        "{% blocktranslate with n=n %}{{ n }} lessons{% endblocktranslate %}",
        '<p class="meta">{{ name }}, 36&nbsp;mg</p>',
        "<!-- a remark -->{# another #}{% comment %}and one{% endcomment %}",
        '<button aria-label="{% translate "Close it" %}">×</button>',
        "<script>const saved = 1</script>",
        "Mooring",
    ],
)
def test_what_is_wrapped_passes(fine: str) -> None:
    assert not list(unwrapped(fine))
