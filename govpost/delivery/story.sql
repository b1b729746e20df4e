-- Every event of a mail with what withdrew it, in the order in which they happened. A change here is a migration that runs this file again.
--
-- A function, for its plan is made once per connection: planning for all months of the log costs four times what reading one mail does,
-- and more with each month. By the events' key, whatever the statistics say.
CREATE OR REPLACE FUNCTION delivery_story(numbers text[])
RETURNS TABLE (
    occurred_at timestamptz, known_at timestamptz, kind text, code text, name text, place text, source text, signer text, reason text,
    note text, quarantined boolean, voided boolean, why_voided text
) LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $story$
BEGIN
    RETURN QUERY SELECT s.occurred_at, s.known_at, s.kind, s.code, s.name, coalesce(nullif(s.place_name, ''), s.place_code), s.source,
        s.signer, s.reason, s.note, s.quarantined, v.id IS NOT NULL, coalesce(v.why, '')
    FROM delivery_scan s
    LEFT JOIN delivery_scanvoid v ON (v.waybill_no, v.source, v.code, v.occurred_at) = (s.waybill_no, s.source, s.code, s.occurred_at)
    WHERE s.waybill_no = ANY (numbers) ORDER BY s.occurred_at, s.received_at;
END $story$;
