"""What the clock could not do, kept until it can or a person did it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("work", "0002_link_pages")]

    operations = [
        migrations.AddField(
            model_name="installation",
            name="secret_key_print",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="Fault",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("chore", models.CharField(max_length=40)),
                ("item", models.CharField(blank=True, max_length=80)),
                ("count", models.PositiveIntegerField(default=0)),
                ("cause", models.CharField(max_length=300)),
                ("next_try_at", models.DateTimeField()),
                ("since", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("chore", "item"), name="work_one_fault_of_an_item")
                ],
            },
        ),
    ]
