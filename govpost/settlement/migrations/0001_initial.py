"""Agreements, tariffs, and the ledger whose transactions each sum to zero."""

import django.db.models.deletion
from django.db import migrations, models

import govpost.common.fields
import govpost.common.ids

# Checked at commit: every line of a transaction is there by then. The row-level trigger also guards what only an owner could
# do (change, delete, add to an old transaction); the one on the transaction refuses a transaction without lines.
BALANCE = """
CREATE FUNCTION settlement_txn_sums_to_zero() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids uuid[];
    touched uuid;
    total numeric;
    lines integer;
BEGIN
    IF TG_TABLE_NAME = 'settlement_ledgertxn' THEN
        ids := ARRAY[NEW.id];
    ELSIF TG_OP = 'INSERT' THEN
        ids := ARRAY[NEW.txn_id];
    ELSIF TG_OP = 'DELETE' THEN
        ids := ARRAY[OLD.txn_id];
    ELSE
        ids := ARRAY[OLD.txn_id, NEW.txn_id];
    END IF;
    FOREACH touched IN ARRAY ids LOOP
        SELECT coalesce(sum(fen), 0), count(*) INTO total, lines FROM settlement_ledgerentry WHERE txn_id = touched;
        IF total <> 0 OR lines = 0 THEN
            RAISE EXCEPTION 'ledger transaction % has % lines that sum to % fen', touched, lines, total
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_sums_to_zero';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_sums_to_zero AFTER INSERT OR UPDATE OR DELETE ON settlement_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION settlement_txn_sums_to_zero();
CREATE CONSTRAINT TRIGGER ledger_has_lines AFTER INSERT ON settlement_ledgertxn
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION settlement_txn_sums_to_zero();
"""
UNBALANCE = """
DROP TRIGGER ledger_has_lines ON settlement_ledgertxn;
DROP TRIGGER ledger_sums_to_zero ON settlement_ledgerentry;
DROP FUNCTION settlement_txn_sums_to_zero();
"""

# Two agreements that would both pay for the same mail on the same day must never exist.
NO_OVERLAP = """
ALTER TABLE settlement_agreement ADD CONSTRAINT agreement_no_overlap EXCLUDE USING gist (
    organisation_id WITH =, payer WITH =, carrier WITH =, (region::text) WITH =, daterange(starts_on, ends_on, '[]') WITH &&
)
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("journal", "0001_initial"),
        ("parties", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerTxn",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("kind", models.TextField(choices=[("charge", "charge"), ("reversal", "reversal")])),
                ("ref", models.TextField()),
                ("order_id", models.UUIDField()),
                ("order_number", models.TextField()),
                ("order_ref", models.TextField()),
                ("item", models.TextField()),
                ("tariff", models.TextField()),
                ("region", govpost.common.fields.LtreeField()),
                ("cause", models.TextField(blank=True, default="")),
                ("occurred_at", models.DateTimeField()),
                ("known_at", models.DateTimeField()),
                ("posted_on", models.DateField()),
            ],
            options={
                "indexes": [models.Index(fields=["order_id"], name="ledgertxn_by_order")],
                "constraints": [models.UniqueConstraint(fields=("kind", "ref"), name="ledgertxn_once")],
            },
        ),
        migrations.CreateModel(
            name="Tariff",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("code", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("name_en", models.TextField()),
                ("basis", models.TextField(choices=[("批准", "批准"), ("协议", "协议"), ("市场", "市场")])),
                ("document", models.TextField()),
                ("public_notice", models.TextField(blank=True)),
                ("region", govpost.common.fields.LtreeField()),
                ("is_public", models.BooleanField(default=False)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                        name="tariff_dates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_public", False), models.Q(("public_notice", ""), _negated=True), _connector="OR"),
                        name="tariff_public_is_posted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("account", models.TextField()),
                ("fen", models.BigIntegerField()),
                ("posted_on", models.DateField()),
                (
                    "txn",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="settlement.ledgertxn"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account", "posted_on", "id"], name="ledgerentry_by_account")],
                "constraints": [models.CheckConstraint(condition=models.Q(("fen", 0), _negated=True), name="ledgerentry_not_zero")],
            },
        ),
        migrations.CreateModel(
            name="ChargeState",
            fields=[
                ("order_id", models.UUIDField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("charges", models.IntegerField(default=0)),
                ("account", models.TextField(blank=True, default="")),
                ("tariff", models.TextField(blank=True, default="")),
                ("charged_fen", models.BigIntegerField(default=0)),
                (
                    "open_txn",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="settlement.ledgertxn"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("charged_fen", 0), ("open_txn__isnull", True)),
                            models.Q(("charged_fen__gt", 0), ("open_txn__isnull", False)),
                            _connector="OR",
                        ),
                        name="chargestate_open_or_nothing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.TextField(unique=True)),
                (
                    "payer",
                    models.TextField(
                        choices=[
                            ("government", "government"),
                            ("department", "department"),
                            ("recipient", "recipient"),
                            ("sender", "sender"),
                        ]
                    ),
                ),
                ("region", govpost.common.fields.LtreeField()),
                ("carrier", models.TextField()),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="agreements", to="parties.organisation"),
                ),
                (
                    "tariff",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="agreements", to="settlement.tariff"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="agreement_dates"),
                    models.CheckConstraint(condition=models.Q(("payer__in", ["department", "government"])), name="agreement_payer_kinds"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TariffRow",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("item", models.TextField(blank=True, default="")),
                ("direction", models.TextField(blank=True, default="")),
                ("zone", models.TextField(blank=True, default="")),
                ("first_g", models.IntegerField()),
                ("first_fen", models.BigIntegerField()),
                ("step_g", models.IntegerField()),
                ("step_fen", models.BigIntegerField()),
                (
                    "tariff",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="settlement.tariff"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tariff", "item", "direction", "zone"), name="tariffrow_once"),
                    models.CheckConstraint(
                        condition=models.Q(("first_fen__gte", 0), ("first_g__gte", 0), ("step_fen__gte", 0), ("step_g__gt", 0)),
                        name="tariffrow_sane",
                    ),
                ],
            },
        ),
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS btree_gist", migrations.RunSQL.noop),
        migrations.RunSQL(NO_OVERLAP, "ALTER TABLE settlement_agreement DROP CONSTRAINT agreement_no_overlap"),
        migrations.RunSQL(BALANCE, UNBALANCE),
    ]
