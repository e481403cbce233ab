"""Pictures and papers in a table of their own; what named them by their bytes names them by their hash."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime
from hashlib import sha256
from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

_STARTS = ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"RIFF", "image/webp"), (b"%PDF-", "application/pdf"))
_WAITING = ("open", "begun")
_ACTS = ("change-appearance", "change-certificate")
_SCREEN = "appearance"


def move(apps, schema_editor):
    """Keep the files of appearances, waiting proposals and looks that are tried; of proposals that are over the names alone stay."""
    alias = schema_editor.connection.alias
    uploads = apps.get_model("initiatives", "Upload").objects.using(alias)
    for name, column, chosen in (
        ("Initiative", "appearance", {}),
        ("Proposal", "facts", {"act__in": _ACTS}),
        ("Draft", "told", {"screen": _SCREEN}),
    ):
        rows = apps.get_model("register" if name == "Draft" else "initiatives", name).objects.using(alias)
        # One by one: each may be megabytes.
        for key in list(rows.filter(**chosen).values_list("pk", flat=True)):
            row = rows.get(pk=key)
            kept = getattr(row, column)
            initiative = key if name == "Initiative" else row.initiative_id
            is_named = name != "Proposal" or row.state in _WAITING
            look = kept["stored"] if name == "Proposal" else kept
            if _moved(look, uploads, initiative, keeps=is_named):
                row.save(update_fields=[column])


def _moved(look, uploads, initiative, *, keeps):
    """Put names in the place of bytes, and say whether there were any."""
    is_changed = False

    def named(kind, text):
        nonlocal is_changed
        is_changed = True
        content = b64decode(text)
        name = sha256(content).hexdigest()
        if keeps:
            media_type = next((found for start, found in _STARTS if content.startswith(start)), "image/svg+xml")
            uploads.get_or_create(
                initiative_id=initiative,
                sha256=name,
                defaults={"kind": kind, "media_type": media_type, "content": content, "added_at": datetime.now(UTC)},
            )
        return name

    if look.get("logo"):
        look["logo"] = named("logo", look["logo"])
    if look.get("cover"):
        look["cover"] = [named("cover", text) for text in look["cover"]]
    paper = look.get("certificate")
    if paper:
        paper["sha256"] = named("certificate", paper.pop("content"))
    return is_changed


class Migration(migrations.Migration):
    """Adds the table and fills it."""

    dependencies: ClassVar = [
        ("initiatives", "0007_key_holder"),
        ("register", "0001_initial"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("logo", "Logo"), ("cover", "Cover"), ("certificate", "Certificate")], max_length=16
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("media_type", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
                ("added_at", models.DateTimeField()),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="uploads", to="initiatives.initiative"
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [models.UniqueConstraint(fields=("initiative", "sha256"), name="a_file_once")],
            },
        ),
        migrations.RunPython(move),
    ]
