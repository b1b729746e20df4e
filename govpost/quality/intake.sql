-- Applications and orders as they come in, each once; a day's sums move only by what was new. Cells are locked in the order of their
-- key. Parameter: rows (JSON). Returns how many were new.
WITH arrival AS MATERIALIZED (
    SELECT DISTINCT ON (id) * FROM json_to_recordset(%(rows)s::json) AS r(
        id uuid, kind text, number text, at timestamptz, day date, region text, division text, direction text, channel text,
        screen text, payer text, item text
    )
), added AS (
    INSERT INTO quality_intake (id, kind, number, at, region, division, direction, channel, screen, payer, item)
    SELECT id, kind, number, at, region::ltree, division, direction, channel, screen, payer, item FROM arrival
    ON CONFLICT (id) DO NOTHING RETURNING id
), cell AS (
    INSERT INTO quality_intakeday AS d (division, day, kind, direction, channel, screen, payer, n)
    SELECT division, day, kind, direction, channel, screen, payer, count(*) FROM arrival JOIN added USING (id)
    GROUP BY division, day, kind, direction, channel, screen, payer ORDER BY division, day, kind, direction, channel, screen, payer
    ON CONFLICT (division, day, kind, direction, channel, screen, payer) DO UPDATE SET n = d.n + excluded.n
    RETURNING 1
)
SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM cell)
