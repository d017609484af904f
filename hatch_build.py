"""What the clinic's wheel declares: the packages of requirements/*.in, which say why, and the numerical library.

The files of the chart library go into the wheel: the package that ships them would bring IPython into every clinic.

The library is named by the version that stands in the same checkout, so that a wheel installs anywhere. Whoever works
on both at once sets MOORING_FROM_CHECKOUT: then it is named by its path.
"""

import os
import re
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

EXTRAS = ("postgres", "fast", "science")


class Requirements(MetadataHookInterface):
    """Fills in dependencies and extras."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        root = Path(self.root)
        metadata["dependencies"] = [*wanted(root, "runtime"), library(root)]
        metadata["optional-dependencies"] = {name: wanted(root, name) for name in EXTRAS}


class Charts(BuildHookInterface):  # type: ignore[type-arg]
    """Puts uPlot's files, with their licence, among the wheel's static files."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return  # from a checkout they are served out of their own package
        for file in distribution("uplot-python").files or ():
            if file.suffix in {".css", ".js"} or file.name == "LICENSE":
                build_data["force_include"][str(file.locate())] = f"mooring/web/static/uplot/{file.name}"


def wanted(root: Path, name: str) -> list[str]:
    """The packages of one list, without its comments and options."""
    lines = (root / "requirements" / f"{name}.in").read_text(encoding="utf-8").splitlines()
    named = [line.split("#")[0].strip() for line in lines]
    return [line for line in named if line and not line.startswith("-")]


def library(root: Path) -> str:
    """The numerical library: the version that stands in this checkout, or its path."""
    version = (root / "src" / "mooring" / "pharmacology" / "version.py").read_text(encoding="utf-8")
    number = re.search(r'__version__ = "(.+)"', version)
    if os.environ.get("MOORING_FROM_CHECKOUT") or number is None:
        return f"mooring-pharmacology @ {(root / 'packages' / 'pharmacology').as_uri()}"
    return f"mooring-pharmacology=={number.group(1)}"
