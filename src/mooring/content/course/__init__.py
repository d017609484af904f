"""A course as files: schema, loader, lint, answers, credit, and the example that `academy new` copies."""
