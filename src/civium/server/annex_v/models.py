"""What is kept of the way to each authority: how it takes statements, as the organisers agreed with it."""

from __future__ import annotations

from django.db import models

from civium.server.initiatives.models import Initiative

LONGEST_NOTE = 200


class Route(models.Model):
    """How one authority takes what is submitted to it (Art. 12(2)). The newest row of a jurisdiction is in force; older ones stay."""

    class Way(models.TextChoices):
        """The ways there are."""

        SEALED = "sealed"  # our file as it is: the authority opens it with its key
        XML_SERVICE = "xml-service"  # the Commission's XML by the Commission's file exchange service
        XML_MEDIUM = "xml-medium"  # the Commission's XML on an encrypted medium, by registered post or courier

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="routes")
    jurisdiction = models.CharField(max_length=32)
    way = models.CharField(max_length=16, choices=Way.choices)
    noted_on = models.DateField()

    class Meta:
        ordering = ("jurisdiction", "pk")

    def __str__(self) -> str:
        return f"{self.initiative_id}/{self.jurisdiction} {self.way}"
