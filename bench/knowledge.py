"""Loading all content cold and cached, a screening of many rules, a score; and that rules cost linearly."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

from mooring.content import loader, yaml_text
from mooring.content.pack import Pack
from mooring.rules.scoring import score
from mooring.rules.screening import screen
from mooring.rules.verdict import Fact

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def _median_ms(act: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def _cold() -> Pack:
    loader._cache.clear()
    loader.bibliography.cache_clear()
    yaml_text._constructed.cache_clear()
    return loader.load([loader.PACKAGE_ROOT])


def _with_rules(pack: Pack, count: int) -> Pack:
    """A pack of exactly `count` rules: the pack's own, repeated under other names."""
    own = list(pack.eligibility.values())
    rules = [own[at % len(own)].model_copy(update={"id": f"BENCH-{at}"}) for at in range(count)]
    return Pack(pack.data, {"eligibility": {rule.key: rule for rule in rules}})


def _facts(pack: Pack) -> list[Fact]:
    return [
        Fact(key, "no", NOON) if datum.type == "yes-no" else Fact(key, 50, NOON)
        for key, datum in pack.data.items()
    ]


def main() -> None:
    """Print one line a measure, beside its budget."""
    pack = _cold()
    print(f"{len(pack.everything)} items, {len(pack.eligibility)} eligibility rules")
    rows = [
        ("all content, cold", _median_ms(_cold, 5), 500.0),
        ("all content, cached", _median_ms(lambda: loader.load([loader.PACKAGE_ROOT]), 20), 20.0),
        ("a stored pack read back", _median_ms(lambda: Pack.parse(pack.dump()), 5), None),
    ]
    facts = _facts(pack)
    for count in (75, 150, 300):
        many = _with_rules(pack, count)
        screen(facts, many, DAY)
        label = f"screening, {count} rules, all known"
        rows.append(
            (label, _median_ms(lambda many=many: screen(facts, many, DAY), 200), 1.0 if count == 75 else None)
        )
    seventy_five = _with_rules(pack, 75)
    rows.append(
        ("screening, 75 rules, nothing known", _median_ms(lambda: screen([], seventy_five, DAY), 200), 1.0)
    )
    phq9, answers = pack.instruments["PHQ-9@1"], {f"q{n}": 1 for n in range(1, 10)}
    rows.append(("a PHQ-9", _median_ms(lambda: score(phq9, answers), 2000), 0.05))
    for label, milliseconds, budget in rows:
        beside = f"  (budget {budget:g} ms)" if budget else ""
        print(f"{label:40} {milliseconds:9.3f} ms{beside}")


if __name__ == "__main__":
    main()
