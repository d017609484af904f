"""An empty database gets today's tables at once.

It has no rows to carry over, and the framework renders every model again at each change of each migration: half a
minute in which a newcomer waits for nothing. `tests/work/test_new_database.py` holds that both ways end alike.
"""

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

CACHE_TABLE = "web_cache"
"""The one table that is no model's, as `web` 0001 makes it."""


def fill_if_empty() -> None:
    """Make the tables of every model and note every migration as applied, in one transaction.

    A database that holds any table is left to its migrations.
    """
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            return
    migrations = MigrationLoader(connection).graph.nodes
    recorder = MigrationRecorder(connection)
    with connection.schema_editor(atomic=True) as editor:
        models: list[type[Model]] = [recorder.Migration, *apps.get_models()]
        for model in models:
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        call_command("createcachetable", CACHE_TABLE, verbosity=0)
        for name, migration in migrations.items():
            for app, each in (name, *migration.replaces):
                recorder.record_applied(app, each)
