"""Regions: a subtree is a range, whatever the labels."""

from __future__ import annotations

import random

import pytest
from django.db import connection


@pytest.mark.django_db
def test_a_subtree_is_the_range_that_the_lookup_asks_for() -> None:
    dice = random.Random(1)
    labels = ["34", "3416", "341602", "34-", "340", "3A", "3_", "3", "a", "-"]
    paths = list({".".join(dice.choices(labels, k=dice.choice((1, 2, 3)))) for _ in range(200)})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a, b FROM unnest(%s::ltree[]) a, unnest(%s::ltree[]) b"
            " WHERE (a <@ b) <> (a >= b AND a < (b::text || '-')::ltree)", [paths, paths],
        )  # fmt: skip
        assert cursor.fetchall() == []
