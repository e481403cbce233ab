"""What is kept of a campaign: partners with the code in their links, and how many told of it on a day (docs/spec/campaign.md).

The rules are:
- nothing here belongs to a statement or a person: a row is a partner, a day and a number;
- rows are written by the acts in partners.py and by counting.py, and shown by partners.py alone, above its threshold.
"""

from __future__ import annotations

from django.db import models

from civium.server.initiatives.models import Initiative

LONGEST_CODE, LONGEST_NAME = 32, 200


class Partner(models.Model):
    """Whoever brings people by links of their own: an organisation, a newsletter, a street stand."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="partners")
    # Immutable: links that were given out carry it.
    code = models.CharField(max_length=LONGEST_CODE)
    name = models.CharField(max_length=LONGEST_NAME)
    added_on = models.DateField()
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("code",)
        constraints = (models.UniqueConstraint(fields=("initiative", "code"), name="partner_code_once"),)

    def __str__(self) -> str:
        return self.code


class SourceDay(models.Model):
    """How many told on a day (Brussels) that they came by a partner's link."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    told = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("day",)
        constraints = (models.UniqueConstraint(fields=("partner", "day"), name="source_day_once"),)

    def __str__(self) -> str:
        return f"{self.partner_id} {self.day}"
