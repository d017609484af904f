"""The documentation site: docs/*.md as they are, and the numerical library's reference from its docstrings."""

project = "Mooring"
author = "The Mooring contributors"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["site/README.md", "notebooks/*", "screens/*", "_build"]
root_doc = "index"
html_theme = "furo"
html_title = "Mooring"
html_show_sphinx = False
html_copy_source = False
autosummary_generate = True
autodoc_member_order = "bysource"
autodoc_typehints = "description"
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
suppress_warnings = ["myst.xref_missing", "myst.header", "autosummary", "toc.not_included", "ref.python"]
nitpicky = False
