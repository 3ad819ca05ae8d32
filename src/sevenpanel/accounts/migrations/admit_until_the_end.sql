-- Admits a batch of API requests: whose key each one carries, and whether it is within its rate.
--
-- One element of p_hash per request; answers one row per request, in order. A token bucket per key, shared by
-- all web processes because it stands here. A key that was replaced is admitted until its end (S-35). Buckets are locked in key order, so that two batches never deadlock.

CREATE OR REPLACE FUNCTION accounts_admit(p_hash bytea[])
RETURNS TABLE (ord bigint, key_id bigint, customer_id bigint, is_suspended boolean, is_allowed boolean, retry_after double precision)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    v_now timestamptz := clock_timestamp();
BEGIN
    INSERT INTO accounts_keyallowance (key_id, tokens, filled_at)
    SELECT k.id, k.burst, v_now FROM accounts_apikey k
     WHERE k.hash = ANY (p_hash) AND k.revoked_at IS NULL AND (k.ends_at IS NULL OR k.ends_at > v_now)
       AND NOT EXISTS (SELECT 1 FROM accounts_keyallowance a WHERE a.key_id = k.id)
        ON CONFLICT (key_id) DO NOTHING;

    PERFORM 1 FROM accounts_keyallowance a JOIN accounts_apikey k ON k.id = a.key_id
      WHERE k.hash = ANY (p_hash) ORDER BY a.key_id FOR UPDATE OF a;

    RETURN QUERY
    WITH asked AS (
        SELECT h.ord, k.id AS key_id, k.customer_id, c.is_suspended, k.rate_per_second,
               least(k.burst, a.tokens + greatest(0, extract(epoch FROM v_now - a.filled_at)) * k.rate_per_second) AS tokens,
               row_number() OVER (PARTITION BY k.id ORDER BY h.ord) AS nth
          FROM unnest(p_hash) WITH ORDINALITY AS h(hash, ord)
          LEFT JOIN accounts_apikey k ON k.hash = h.hash AND k.revoked_at IS NULL AND (k.ends_at IS NULL OR k.ends_at > v_now)
          LEFT JOIN accounts_customer c ON c.id = k.customer_id
          LEFT JOIN accounts_keyallowance a ON a.key_id = k.id),
    drawn AS (
        UPDATE accounts_keyallowance a
           SET tokens = d.tokens - least(d.asked, floor(d.tokens)), filled_at = v_now, last_used_at = v_now
          FROM (SELECT asked.key_id, asked.tokens, count(*) AS asked
                  FROM asked WHERE asked.key_id IS NOT NULL GROUP BY 1, 2) AS d
         WHERE a.key_id = d.key_id)
    SELECT asked.ord, asked.key_id, asked.customer_id, coalesce(asked.is_suspended, false),
           coalesce(asked.nth <= floor(asked.tokens), false),
           greatest(0, (asked.nth - asked.tokens) / asked.rate_per_second)::double precision
      FROM asked ORDER BY asked.ord;
END $$;
