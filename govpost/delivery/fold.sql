-- The projection of orders from their valid events: `rules.fold` for the database, plus the moments that promises are measured by.
-- Parameters: ids (uuid[]), ranks (text[] of states in rank order). Changes and returns only the orders whose projection moved.
WITH touched AS (
    SELECT id, number, waybill_no, door, placed_at, rule, state AS was_state, placed_at AS since
    FROM delivery_order WHERE id = ANY(%(ids)s)
), seen AS (
    SELECT t.id, t.door, s.kind, s.occurred_at, s.source, s.signer, s.reason, s.cause,
           array_position(%(ranks)s, s.kind) AS rank,
           s.signer = 'window' OR t.rule -> 'signers' ? s.signer OR t.rule -> 'signers' ? 'any' AS signer_ok,
           -- where the door is ours, only our own word counts at the door
           t.door = 'carrier' OR s.source IN ('ours', 'import') AS at_door
    FROM touched t
    JOIN delivery_scan s ON s.waybill_no IN (t.number, t.waybill_no) AND s.occurred_at >= t.since - interval '2 days'
    WHERE s.kind <> '' AND NOT s.quarantined
      AND NOT EXISTS (SELECT 1 FROM delivery_scanvoid v WHERE v.waybill_no = s.waybill_no AND v.source = s.source
                      AND v.code = s.code AND v.occurred_at = s.occurred_at)
), folded AS (
    SELECT id AS folded_id,
           (array_agg(kind ORDER BY occurred_at DESC, rank DESC))[1] AS last_kind,
           max(occurred_at) AS last_at,
           bool_or(kind IN ('delivered', 'returned')) AS ended,
           (array_agg(kind ORDER BY occurred_at DESC, rank DESC) FILTER (WHERE final))[1] AS final_kind,
           (array_agg(source ORDER BY occurred_at DESC, rank DESC) FILTER (WHERE final))[1] AS final_source,
           max(occurred_at) FILTER (WHERE final) AS final_at,
           min(occurred_at) FILTER (WHERE kind = 'returning') AS returning_at,
           min(occurred_at) FILTER (WHERE kind = 'collected' AND at_door) AS collected_at,
           min(occurred_at) FILTER (WHERE kind = 'at_delivery_office') AS arrived_at,
           min(occurred_at) FILTER (WHERE kind = 'delivered') AS first_delivered_at,
           min(occurred_at) FILTER (WHERE kind = 'delivered' AND signer_ok) AS valid_delivered_at,
           (array_agg(signer ORDER BY signer_ok DESC, occurred_at) FILTER (WHERE kind = 'delivered'))[1] AS signer,
           count(*) FILTER (WHERE kind = 'attempt_failed' AND at_door) AS attempts,
           count(*) FILTER (WHERE kind = 'pickup_failed' AND at_door) AS misses,
           (array_agg(reason ORDER BY occurred_at DESC, rank DESC) FILTER (WHERE failed))[1] AS reason,
           (array_agg(cause ORDER BY occurred_at DESC, rank DESC) FILTER (WHERE failed))[1] AS cause
    FROM (SELECT *, kind IN ('delivered', 'returning', 'returned', 'lost') AS final,
                 kind IN ('attempt_failed', 'pickup_failed', 'refused', 'cancelled') AS failed FROM seen) s
    GROUP BY id
), decided AS (
    SELECT t.id, t.was_state, f.*,
           CASE WHEN f.last_kind IS NULL THEN 'ordered'
                WHEN NOT f.ended THEN f.last_kind
                WHEN f.final_kind = 'delivered' AND f.final_source <> 'ours' AND f.returning_at <= f.final_at THEN 'returned'
                ELSE f.final_kind END AS now_state
    FROM touched t LEFT JOIN folded f ON f.folded_id = t.id
), settled AS (
    SELECT d.was_state, d.now_state, t.id AS order_id,
           COALESCE(CASE WHEN d.ended THEN d.final_at ELSE d.last_at END, t.placed_at) AS state_at,
           d.collected_at, d.arrived_at,
           CASE WHEN d.now_state = 'delivered' THEN COALESCE(d.valid_delivered_at, d.first_delivered_at) END AS delivered_at,
           d.now_state = 'delivered' AND d.valid_delivered_at IS NOT NULL AS delivered_ok,
           CASE WHEN d.now_state = 'delivered' THEN COALESCE(d.signer, '') ELSE '' END AS signer,
           COALESCE(d.attempts, 0)::int AS attempts, COALESCE(d.misses, 0)::int AS misses,
           COALESCE(d.reason, '') AS reason, COALESCE(d.cause, '') AS cause
    FROM touched t JOIN decided d USING (id)
)
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
RETURNING s.was_state, :columns
