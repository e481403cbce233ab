"""What set-up keeps between two requests, and as proof: files of the register, and what was typed and not yet taken over.

The rules are:
- a file that was taken over stays, with who did it and when: it shows for ever what the loaded text was compared with (LAW-26);
- of those not taken over one waits at a time; the next one takes its place;
- a draft is somebody's own and goes when it is taken over, withdrawn, or thirty days old.
"""

from __future__ import annotations

from django.db import models

_INITIATIVE = "initiatives.Initiative"


class RegisterFile(models.Model):
    """One file of the register as it was given."""

    initiative = models.ForeignKey(_INITIATIVE, on_delete=models.CASCADE, related_name="register_files")
    form = models.CharField(max_length=8)
    content = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    exported_at = models.DateTimeField(null=True, blank=True)
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=80)
    taken_over_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.initiative_id}/{bytes(self.sha256).hex()[:8]}"


class Draft(models.Model):
    """What one account typed on one screen of set-up and has not taken over."""

    initiative = models.ForeignKey(_INITIATIVE, on_delete=models.CASCADE, related_name="drafts")
    account = models.CharField(max_length=64)
    screen = models.CharField(max_length=48)
    told = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("initiative", "account", "screen"), name="one_draft_a_screen"),)

    def __str__(self) -> str:
        return f"{self.initiative_id}/{self.screen}"
