-- What a batch of steps (from one verdict to the next) does, in one statement: fact versions are appended, current facts replaced
-- unless a newer version stands, and rollup cells moved by new − old. Cells are locked in the order of their key, so that two
-- writers could never wait for each other in a circle. Parameter: steps (JSON). Returns how many current facts were replaced.
WITH step AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(steps)s::json) AS s(
        order_id uuid, kpi text, version int, number text, day date, due_at timestamptz, region text, division text, outlet text,
        item text, outcome text, reason text, known_at timestamptz, cause text, change text,
        was_day date, was_region text, was_division text, was_outlet text, was_outcome text, was_reason text, was_read text
    )
), appended AS (
    INSERT INTO quality_factversion (
        order_id, kpi, version, number, day, due_at, region, division, outlet, item, outcome, reason, known_at, cause, change,
        was_day, was_division, was_outlet, was_outcome, was_reason
    )
    SELECT order_id, kpi, version, number, day, due_at, region::ltree, division, outlet, item, outcome, reason, known_at, cause,
           change, was_day, was_division, was_outlet, was_read, was_reason
    FROM step
), replaced AS (
    INSERT INTO quality_factnow (
        order_id, kpi, version, number, day, due_at, region, division, outlet, item, outcome, reason, known_at
    )
    SELECT DISTINCT ON (order_id, kpi)
           order_id, kpi, version, number, day, due_at, region::ltree, division, outlet, item, outcome, reason, known_at
    FROM step ORDER BY order_id, kpi, version DESC
    ON CONFLICT (order_id, kpi) DO UPDATE SET
        version = excluded.version, day = excluded.day, due_at = excluded.due_at, region = excluded.region,
        division = excluded.division, outlet = excluded.outlet, outcome = excluded.outcome, reason = excluded.reason,
        known_at = excluded.known_at
    WHERE quality_factnow.version < excluded.version
    RETURNING 1
), delta AS (
    SELECT kpi, day, region, division, outlet, item, reason, outcome, 1 AS n FROM step
    UNION ALL
    SELECT kpi, was_day, was_region, was_division, was_outlet, item, was_reason, was_outcome, -1 FROM step WHERE was_outcome <> ''
), cell AS (
    SELECT kpi, CASE WHEN grouping(reason) = 0 THEN 3 WHEN grouping(item) = 0 THEN 2 WHEN grouping(outlet) = 0 THEN 1 ELSE 0 END AS grain,
           day, region, division, COALESCE(outlet, '') AS outlet, COALESCE(item, '') AS item, COALESCE(reason, '') AS reason,
           COALESCE(sum(n) FILTER (WHERE outcome = 'on_time'), 0) AS on_time, COALESCE(sum(n) FILTER (WHERE outcome = 'late'), 0) AS late,
           COALESCE(sum(n) FILTER (WHERE outcome = 'open'), 0) AS open, COALESCE(sum(n) FILTER (WHERE outcome = 'excluded'), 0) AS excluded
    FROM delta
    GROUP BY GROUPING SETS (
        (kpi, day, region, division), (kpi, day, region, division, outlet), (kpi, day, region, division, outlet, item),
        (kpi, day, region, division, outlet, reason)
    )
    HAVING grouping(reason) = 1 OR reason <> ''
), moved AS (
    INSERT INTO quality_rollup (kpi, grain, day, region, division, outlet, item, reason, due, on_time, late, open, excluded)
    SELECT kpi, grain, day, region::ltree, division, outlet, item, reason, on_time + late + open + excluded, on_time, late, open, excluded
    FROM cell WHERE on_time <> 0 OR late <> 0 OR open <> 0 OR excluded <> 0
    ORDER BY kpi, grain, day, division, outlet, item, reason
    ON CONFLICT (kpi, grain, day, division, outlet, item, reason) DO UPDATE SET
        due = quality_rollup.due + excluded.due, on_time = quality_rollup.on_time + excluded.on_time,
        late = quality_rollup.late + excluded.late, open = quality_rollup.open + excluded.open,
        excluded = quality_rollup.excluded + excluded.excluded
)
SELECT count(*) FROM replaced
