"""What `./run check` runs: format, lint, strict types, import contracts, templates."""

import subprocess
import sys
from pathlib import Path

BIN = Path(sys.executable).parent
CHECKS = (
    ("format", [BIN / "ruff", "format", "--check", "."]),
    ("lint", [BIN / "ruff", "check", "."]),
    ("contracts", [BIN / "lint-imports"]),
    ("templates, format", [BIN / "djlint", "src/mooring/web/templates", "--check", "--quiet"]),
    ("templates, lint", [BIN / "djlint", "src/mooring/web/templates", "--lint", "--quiet"]),
    ("types", [BIN / "mypy"]),
)


def main() -> int:
    failed = []
    for name, command in CHECKS:
        print(f"=== {name} ===", flush=True)
        if subprocess.run([str(part) for part in command], check=False).returncode != 0:
            failed.append(name)
    print("all checks passed" if not failed else f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
