-- The projection of orders from their valid events: `rules.fold` for the database, plus the moments that promises are measured by.
-- Changes only the orders whose projection moved, tells one fact for each in the same statement (by the journal's own function),
-- and gives back the deliveries among them that the item's rule does not allow, as rows of (number, signer, order, region).
-- The caller holds the orders' locks. A change here is a migration that runs this file again, as 0002 does.
--
-- A function, for its plan is made once per connection and the same for one order as for a thousand: by the events' key, order by
-- order, whatever the tables' statistics say (a month's first events find the statistics of an empty partition).
CREATE OR REPLACE FUNCTION delivery_fold(
    ids uuid[], known timestamptz, via text, teller text, teller_key text, OUT facts bigint, OUT irregular text[]
) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $fold$
DECLARE
    ranks CONSTANT text[] := '{ordered,pickup_assigned,pickup_failed,collected,in_transit,at_delivery_office,out_for_delivery,'
        'attempt_failed,at_pickup_point,refused,returning,delivered,returned,cancelled,lost}';
    -- The log's months that these orders cannot have events in are left out once, not order by order: `since` is the oldest order's
    -- first moment that counts, `until` the end of next month, unless something is stored behind it.
    since timestamptz := (SELECT min(o.placed_at) - interval '2 days' FROM delivery_order o WHERE o.id = ANY (ids));
    until timestamptz := date_trunc('month', known) + interval '2 months';
BEGIN
IF EXISTS (SELECT 1 FROM delivery_scan s WHERE s.occurred_at >= until) THEN
    until := 'infinity';
END IF;
WITH touched AS MATERIALIZED (
    SELECT o.id, o.number, o.waybill_no, o.placed_at, o.state, o.door = 'carrier' AS carriers_door, o.rule -> 'signers' AS signers,
           ARRAY(SELECT ROW (v.waybill_no, v.source, v.code, v.occurred_at) FROM delivery_scanvoid v
                 WHERE v.waybill_no IN (o.number, o.waybill_no)) AS voids
    FROM delivery_order o WHERE o.id = ANY (ids)
), folded AS (
    SELECT t.id AS order_id, t.state AS was_state, t.placed_at, f.*,
           ranks[f.last / 2 % 16 + 1] AS last_kind, ranks[f.final / 2 % 16 + 1] AS final_kind, f.final % 2 = 1 AS final_ours
    FROM touched t CROSS JOIN LATERAL (
        SELECT max(s.key) AS last,
               max(s.occurred_at) AS last_at,
               bool_or(s.kind IN ('delivered', 'returned')) AS ended,
               max(s.key) FILTER (WHERE s.final) AS final,
               max(s.occurred_at) FILTER (WHERE s.final) AS final_at,
               min(s.occurred_at) FILTER (WHERE s.kind = 'returning') AS returning_at,
               min(s.occurred_at) FILTER (WHERE s.kind = 'collected' AND s.at_door) AS collected_at,
               min(s.occurred_at) FILTER (WHERE s.kind = 'at_delivery_office') AS arrived_at,
               min(s.occurred_at) FILTER (WHERE s.kind = 'delivered') AS first_delivered_at,
               min(s.occurred_at) FILTER (WHERE s.signer_ok) AS valid_delivered_at,
               -- an allowed signer before another, then the earliest
               min(ARRAY[CASE WHEN s.signer_ok THEN '0' ELSE '1' END, lpad(s.key::text, 20, '0'), s.signer])
                   FILTER (WHERE s.kind = 'delivered') AS signed,
               count(*) FILTER (WHERE s.kind = 'attempt_failed' AND s.at_door)::int AS attempts,
               count(*) FILTER (WHERE s.kind = 'pickup_failed' AND s.at_door)::int AS misses,
               -- what the latest failure said
               max(ARRAY[lpad(s.key::text, 20, '0'), s.reason, s.cause])
                   FILTER (WHERE s.kind IN ('attempt_failed', 'pickup_failed', 'refused', 'cancelled')) AS failed
        FROM (
            SELECT s.kind, s.occurred_at, s.signer, s.reason, s.cause,
                   -- moment, then rank, then our own word: one number that puts events in order
                   ((date_part('epoch', s.occurred_at) * 1000000)::bigint * 16 + CASE s.kind
                        WHEN 'collected' THEN 3 WHEN 'in_transit' THEN 4 WHEN 'at_delivery_office' THEN 5 WHEN 'out_for_delivery' THEN 6
                        WHEN 'delivered' THEN 11 WHEN 'pickup_assigned' THEN 1 WHEN 'pickup_failed' THEN 2 WHEN 'attempt_failed' THEN 7
                        WHEN 'at_pickup_point' THEN 8 WHEN 'refused' THEN 9 WHEN 'returning' THEN 10 WHEN 'returned' THEN 12
                        WHEN 'cancelled' THEN 13 WHEN 'lost' THEN 14 ELSE 0 END) * 2 + (s.source = 'ours')::int AS key,
                   s.kind IN ('delivered', 'returning', 'returned', 'lost') AS final,
                   s.kind = 'delivered' AND (s.signer = 'window' OR t.signers ? s.signer OR t.signers ? 'any') AS signer_ok,
                   -- where the door is ours, only our own word counts at the door
                   t.carriers_door OR s.source IN ('ours', 'import') AS at_door
            FROM delivery_scan s
            WHERE s.waybill_no IN (t.number, t.waybill_no) AND s.occurred_at >= t.placed_at - interval '2 days'
              AND s.occurred_at >= since AND s.occurred_at < until
              AND s.kind <> '' AND NOT s.quarantined
              AND NOT (cardinality(t.voids) > 0 AND ROW (s.waybill_no, s.source, s.code, s.occurred_at) = ANY (t.voids))
            OFFSET 0  -- computed once per event, not once per use
        ) s
    ) f
), decided AS (
    SELECT *, CASE WHEN last IS NULL THEN 'ordered'
                   WHEN NOT ended THEN last_kind
                   WHEN final_kind = 'delivered' AND NOT final_ours AND returning_at <= final_at THEN 'returned'
                   ELSE final_kind END AS now_state
    FROM folded
), settled AS (
    SELECT order_id, was_state, now_state, COALESCE(CASE WHEN ended THEN final_at ELSE last_at END, placed_at) AS state_at,
           collected_at, arrived_at,
           CASE WHEN now_state = 'delivered' THEN COALESCE(valid_delivered_at, first_delivered_at) END AS delivered_at,
           now_state = 'delivered' AND valid_delivered_at IS NOT NULL AS delivered_ok,
           CASE WHEN now_state = 'delivered' THEN COALESCE(signed[3], '') ELSE '' END AS signer,
           attempts, misses, COALESCE(failed[2], '') AS reason, COALESCE(failed[3], '') AS cause
    FROM decided
), moved AS (
    UPDATE delivery_order o SET
        state = s.now_state, state_at = s.state_at, collected_at = s.collected_at, arrived_at = s.arrived_at,
        delivered_at = s.delivered_at, delivered_ok = s.delivered_ok, signer = s.signer,
        attempts = s.attempts, misses = s.misses, reason = s.reason, cause = s.cause,
        next_attempt_at = CASE WHEN s.now_state IN ('attempt_failed', 'pickup_failed') THEN o.next_attempt_at END,
        held_until = CASE WHEN s.now_state = 'at_pickup_point' THEN o.held_until END,
        version = o.version + 1
    FROM settled s
    WHERE o.id = s.order_id
      AND (o.state, o.state_at, o.collected_at, o.arrived_at, o.delivered_at, o.delivered_ok, o.signer, o.attempts, o.misses, o.reason, o.cause)
          IS DISTINCT FROM
          (s.now_state, s.state_at, s.collected_at, s.arrived_at, s.delivered_at, s.delivered_ok, s.signer, s.attempts, s.misses, s.reason, s.cause)
    -- the payload of the fact, as `facts.COLUMNS` names it
    RETURNING s.was_state AS before, known AS known_at, via AS source, o.id AS "order", o.number, o.ref, o.direction, o.version,
        o.state AS after, o.item, o.region, o.origin, o.origin_outlet, o.destination, o.destination_outlet, o.door, o.carrier,
        o.placed_at, o.window_from, o.window_to, o.collect_due_at, o.promised_at, o.collected_at, o.arrived_at, o.delivered_at,
        o.delivered_ok, o.signer, o.payer, o.account, o.tariff, o.price_fen, o.attempts, o.misses, o.reason, o.cause,
        o.next_attempt_at, o.collect_moved_to, o.organisation_id AS organisation, o.waybill_no, o.state_at AS occurred_at
)
SELECT journal_tell('delivery.order_changed', array_agg('order:' || m."order"), array_agg(m.region), array_agg(m.occurred_at),
                    array_agg(to_jsonb(m)), known, teller, teller_key),
       array_agg(ARRAY[m.number, m.signer, m."order"::text, m.region::text]) FILTER (WHERE m.after = 'delivered' AND NOT m.delivered_ok)
INTO facts, irregular FROM moved m;
END $fold$;
