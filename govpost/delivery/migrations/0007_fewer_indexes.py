"""Indexes that no question used, or that a longer one serves as well: each cost every order its share of the intake.

A number is looked for whole, never by its beginning, so the `_like` twins of unique numbers go; the carrier's number is found by the
index that keeps it unique, once that begins with the number.
"""

from __future__ import annotations

from django.db import migrations, models
from django.db.models.deletion import PROTECT

NEEDLESS = (
    "order_by_waybill", "delivery_order_number_463783c8_like", "delivery_order_envelope_serial_441d2e59_like",
    "delivery_papercheck_order_id_21ac3186", "delivery_handover_order_id_6b27870a",
)  # fmt: skip
FORWARDS = [
    "DROP INDEX CONCURRENTLY IF EXISTS order_waybill_new",  # what an interrupted attempt left is not valid
    "CREATE UNIQUE INDEX CONCURRENTLY order_waybill_new ON delivery_order (waybill_no, carrier) WHERE waybill_no IS NOT NULL",
    "DROP INDEX CONCURRENTLY IF EXISTS order_waybill_once",
    "ALTER INDEX order_waybill_new RENAME TO order_waybill_once",
    *(f"DROP INDEX CONCURRENTLY IF EXISTS {name}" for name in NEEDLESS),
]
BACKWARDS = [
    "CREATE INDEX CONCURRENTLY delivery_handover_order_id_6b27870a ON delivery_handover (order_id)",
    "CREATE INDEX CONCURRENTLY delivery_papercheck_order_id_21ac3186 ON delivery_papercheck (order_id)",
    "CREATE INDEX CONCURRENTLY delivery_order_envelope_serial_441d2e59_like ON delivery_order (envelope_serial text_pattern_ops)",
    "CREATE INDEX CONCURRENTLY delivery_order_number_463783c8_like ON delivery_order (number text_pattern_ops)",
    "CREATE INDEX CONCURRENTLY order_by_waybill ON delivery_order (waybill_no)",
]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("delivery", "0006_kept_rows"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                *(migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in FORWARDS),
                *(migrations.RunSQL(migrations.RunSQL.noop, statement) for statement in reversed(BACKWARDS)),
            ],
            state_operations=[
                migrations.RemoveIndex(model_name="order", name="order_by_waybill"),
                migrations.RemoveConstraint(model_name="order", name="order_waybill_once"),
                migrations.AddConstraint(
                    model_name="order",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("waybill_no__isnull", False)), fields=("waybill_no", "carrier"), name="order_waybill_once"
                    ),
                ),
                migrations.AlterField(
                    model_name="handover",
                    name="order",
                    field=models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="handovers", to="delivery.order"),
                ),
                migrations.AlterField(
                    model_name="papercheck",
                    name="order",
                    field=models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="checks", to="delivery.order"),
                ),
            ],
        ),
    ]
