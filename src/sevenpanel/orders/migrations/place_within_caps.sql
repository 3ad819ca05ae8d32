-- Places 1 to 10,000 orders in one statement, with an outcome per line, in input order (design: orders, Placing).
--
-- Every array has one element per line. The server prices; the caller says at most what it was shown
-- (p_max_charge). A refused line changes nothing and never fails its neighbours. What a notice in force at p_now says
-- of limits and pauses counts before what the catalogue says (clause 3).
--
-- An order beside other open orders of its customer on the same target is marked with them (clause 1), as
-- terms/interference.py says; a test holds the two together. p_reaches are the figures `untracked_reach` of the Terms'
-- versions, oldest first, and p_reach is that of customers who have accepted none of them.
-- A line with p_wrong is taken although the service does not accept its link: the caller completes it in the same
-- transaction, so it is handed to nobody (clause 2 where `wrong_link_at_door` is `complete`). p_wrong and p_short, the
-- token of a short link of the desk, may be empty.
--
-- While new orders are stopped every line is refused, and a request that was answered before still gets its answer
-- (O-7). The stop is looked for after the locks are taken, so that whoever waited for them sees one made meanwhile.
--
-- A line that came in under an API key with a daily limit is refused once its charge would pass it (S-33). p_key may be
-- empty. All orders of a key's customer wait for one lock, so what the key has spent today is exact. The day is UTC's.
CREATE OR REPLACE FUNCTION orders_place(
    p_customer bigint[], p_service bigint[], p_link text[], p_address text[], p_target text[], p_tag text[], p_private boolean[],
    p_quantity bigint[], p_comments text[], p_comment_count bigint[], p_source text[],
    p_request text[], p_fingerprint bytea[], p_max_charge bigint[], p_wrong boolean[], p_short text[], p_key bigint[],
    p_terms text[], p_reaches text[], p_reach text, p_now timestamptz
) RETURNS TABLE (ord bigint, code text, order_id bigint, charge_micros bigint, fact bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    line record;
    v_left bigint[];           -- what each wallet of this call has left, as the lines are judged in order
    v_taken bigint[] := '{}';  -- per lane (customer, target, service): the order of this call that took it
    v_beside bigint[] := '{}';  -- the orders of this call that have others on their target
    v_answered bigint[] := '{}';  -- per request id: the position of the earlier line of this call that took it
    v_stopped boolean;
    v_day date := (p_now AT TIME ZONE 'UTC')::date;
    v_spent bigint[] := '{}';  -- per key with a daily limit: what it has spent today, as the lines are judged in order
    v_capped bigint[] := '{}';  -- the keys with a daily limit that orders of this call were placed under, one for each
    v_capped_charges bigint[] := '{}';
    v_code text;
    v_order bigint;
    v_ords bigint[] := '{}';
    v_ids bigint[] := '{}';
    v_charges bigint[] := '{}';
    v_prints bytea[] := '{}';
    v_units bigint[] := '{}';
    v_rates bigint[] := '{}';
    v_versions int[] := '{}';
    v_types text[] := '{}';
BEGIN
    -- Whoever spends from the same balance waits here, so that everything read below stays true until commit.
    PERFORM 1 FROM ledger_balance b
      WHERE b.customer_id = ANY (p_customer) ORDER BY b.customer_id FOR UPDATE; -- sabotage:skip-balance-lock
    v_stopped := EXISTS (SELECT FROM orders_stop WHERE lifted_at IS NULL); -- sabotage:ignore-the-stop

    FOR line IN
        WITH told AS MATERIALIZED (
            SELECT * FROM notices_in_force(p_service, p_now)), -- sabotage:ignore-notices
        asked AS (
            SELECT l.*,
                   CASE s.type WHEN 'Package' THEN s.quantity_min
                               WHEN 'Custom Comments' THEN l.comment_count ELSE l.quantity END AS units,
                   s.id AS known_service, s.description_version, s.state, s.type, s.accepts,
                   coalesce(n.is_paused, false) AS is_paused,
                   CASE s.type WHEN 'Package' THEN s.quantity_min
                               ELSE coalesce(n.quantity_min, s.quantity_min) END AS quantity_min,
                   CASE s.type WHEN 'Package' THEN s.quantity_max
                               ELSE coalesce(n.quantity_max, s.quantity_max) END AS quantity_max,
                   coalesce(r.rate_micros, s.rate_micros) AS rate,
                   b.balance_micros + b.credit_limit_micros AS spendable,
                   coalesce(c.is_suspended, false) AS is_suspended,
                   dense_rank() OVER (ORDER BY l.customer_id) AS wallet,
                   dense_rank() OVER (ORDER BY l.customer_id, l.target, l.service_id) AS lane,
                   dense_rank() OVER (ORDER BY l.customer_id, l.request_id) AS request,
                   dense_rank() OVER (ORDER BY l.key_id) AS purse,
                   k.daily_cap_micros AS cap, coalesce(x.spent_micros, 0) AS spent
              FROM unnest(p_customer, p_service, p_target, p_tag, p_quantity, p_comment_count, p_request,
                          p_fingerprint, p_max_charge, p_wrong, p_key)
                   WITH ORDINALITY AS l(customer_id, service_id, target, tag, quantity, comment_count, request_id,
                                        fingerprint, max_charge, is_wrong, key_id, ord)
              LEFT JOIN ledger_balance b ON b.customer_id = l.customer_id
              LEFT JOIN accounts_customer c ON c.id = l.customer_id
              LEFT JOIN catalog_service s ON s.id = l.service_id
              LEFT JOIN told n ON n.service_id = l.service_id
              LEFT JOIN accounts_apikey k ON k.id = l.key_id AND k.daily_cap_micros IS NOT NULL
              LEFT JOIN accounts_keyspend x ON x.key_id = k.id AND x.day = v_day
              LEFT JOIN catalog_customrate r ON r.customer_id = l.customer_id AND r.service_id = l.service_id)
        SELECT a.*, near.active_order, near.is_shared, earlier.order_id AS earlier_order,
               earlier.charge_micros AS earlier_charge, earlier.fingerprint AS earlier_fingerprint,
               CASE WHEN a.units BETWEEN 1 AND a.quantity_max THEN orders_charge(a.type, a.rate, a.units) END AS charge
          FROM asked a
         CROSS JOIN LATERAL (
               SELECT min(o.id) FILTER (WHERE o.service_id = a.service_id) AS active_order,
                      bool_or(o.service_id <> a.service_id) AS is_shared
                 FROM orders_order o
                WHERE o.customer_id = a.customer_id AND o.target = a.target AND o.is_open
                  AND a.is_wrong IS NOT TRUE) near
          LEFT JOIN orders_request earlier
            ON earlier.customer_id = a.customer_id AND earlier.request_id = a.request_id
         ORDER BY a.ord
    LOOP
        ord := line.ord; order_id := NULL; charge_micros := NULL; fact := NULL;

        -- The same request again: its first answer, or an error when it asks for something else.
        IF line.request_id IS NOT NULL AND line.earlier_order IS NULL AND v_answered[line.request] IS NOT NULL THEN
            line.earlier_order := v_ids[v_answered[line.request]];
            line.earlier_charge := v_charges[v_answered[line.request]];
            line.earlier_fingerprint := v_prints[v_answered[line.request]];
        END IF;
        IF line.earlier_order IS NOT NULL THEN -- sabotage:ignore-request-id
            IF line.earlier_fingerprint = line.fingerprint THEN
                code := 'replayed'; order_id := line.earlier_order; charge_micros := line.earlier_charge;
            ELSE
                code := 'request_conflict';
            END IF;
            RETURN NEXT;
            CONTINUE;
        END IF;

        v_code := CASE
            WHEN v_stopped THEN 'stopped'
            WHEN line.spendable IS NULL THEN 'unknown_customer'
            WHEN line.is_suspended THEN 'suspended'
            WHEN line.known_service IS NULL OR line.state <> 'listed' OR line.is_paused THEN 'unknown_service'
            WHEN line.tag <> ALL (line.accepts)
                 AND split_part(line.tag, '/', 1) || '/*' <> ALL (line.accepts)
                 AND '*/*' <> ALL (line.accepts)
                 AND line.is_wrong IS NOT TRUE THEN 'wrong_link'
            WHEN line.type = 'Custom Comments' AND line.units = 0 THEN 'comments_missing'
            WHEN line.units IS NULL THEN 'quantity_missing'
            WHEN line.units < line.quantity_min THEN 'below_min'
            WHEN line.units > line.quantity_max THEN 'above_max'
            WHEN line.active_order IS NOT NULL OR v_taken[line.lane] IS NOT NULL THEN 'active_order'
            WHEN line.charge > line.max_charge THEN 'price_changed'
            WHEN line.charge > coalesce(v_left[line.wallet], line.spendable) THEN 'not_enough_funds'
            WHEN coalesce(v_spent[line.purse], line.spent) + line.charge > line.cap THEN 'over_cap' -- sabotage:ignore-caps
        END;

        code := coalesce(v_code, 'placed');
        charge_micros := line.charge;
        IF v_code IS NOT NULL THEN
            fact := CASE v_code
                WHEN 'below_min' THEN line.quantity_min
                WHEN 'above_max' THEN line.quantity_max
                WHEN 'active_order' THEN coalesce(line.active_order, v_taken[line.lane])
                WHEN 'price_changed' THEN line.charge
                WHEN 'not_enough_funds' THEN line.charge - coalesce(v_left[line.wallet], line.spendable)
                WHEN 'over_cap' THEN greatest(line.cap - coalesce(v_spent[line.purse], line.spent), 0)
            END;
            RETURN NEXT;
            CONTINUE;
        END IF;

        v_order := nextval('orders_order_id_seq');
        order_id := v_order;
        v_left[line.wallet] := coalesce(v_left[line.wallet], line.spendable) - line.charge;
        v_taken[line.lane] := v_order;
        IF line.cap IS NOT NULL THEN
            v_spent[line.purse] := coalesce(v_spent[line.purse], line.spent) + line.charge;
            v_capped := v_capped || line.key_id; v_capped_charges := v_capped_charges || line.charge;
        END IF;
        IF line.is_shared THEN -- sabotage:ignore-others
            v_beside := v_beside || v_order;
        END IF;
        v_ords := v_ords || line.ord; v_ids := v_ids || v_order; v_charges := v_charges || line.charge;
        v_prints := v_prints || line.fingerprint; v_units := v_units || line.units;
        v_rates := v_rates || line.rate; v_versions := v_versions || line.description_version;
        v_types := v_types || line.type;
        IF line.request_id IS NOT NULL THEN
            v_answered[line.request] := cardinality(v_ids);
        END IF;
        RETURN NEXT;
    END LOOP;

    IF cardinality(v_ids) = 0 THEN
        RETURN;
    END IF;

    -- Written from what was judged above, never read again: a price that changes meanwhile changes nothing here.
    INSERT INTO orders_order (
           id, customer_id, service_id, description_version, source, link, address, target, link_tag, is_private_link, comments,
           quantity, rate_micros, charge_micros, currency, placed_at, status, dispatch, is_open, delivered)
    SELECT a.id, l.customer_id, l.service_id, a.version, l.source, l.link, l.address, l.target, l.tag, l.is_private,
           CASE WHEN a.type = 'Custom Comments' THEN l.comments END,
           a.units, a.rate, a.charge, b.currency, p_now, 'Pending', 'queued', true, 0
      FROM unnest(v_ids, v_ords, v_charges, v_units, v_rates, v_versions, v_types)
             AS a(id, ord, charge, units, rate, version, type)
      JOIN unnest(p_customer, p_service, p_link, p_address, p_target, p_tag, p_private, p_comments, p_source)
           WITH ORDINALITY AS l(customer_id, service_id, link, address, target, tag, is_private, comments, source, ord)
        ON l.ord = a.ord
      JOIN ledger_balance b ON b.customer_id = l.customer_id;

    PERFORM ledger_post(
        array_agg('order/' || a.id || '/charged' ORDER BY a.id), array_agg(b.account_id ORDER BY a.id),
        array_agg(b.held_account_id ORDER BY a.id), array_agg(a.charge ORDER BY a.id),
        array_agg('order charged'::text ORDER BY a.id), array_agg(b.customer_id ORDER BY a.id),
        array_agg(a.id ORDER BY a.id), array_agg(''::text ORDER BY a.id), p_now)
      FROM unnest(v_ids, v_ords, v_charges) AS a(id, ord, charge)
      JOIN unnest(p_customer) WITH ORDINALITY AS l(customer_id, ord) ON l.ord = a.ord
      JOIN ledger_balance b ON b.customer_id = l.customer_id;

    INSERT INTO kernel_outbox (topic, customer_id, subject_id, created_at)
    SELECT 'order.placed', l.customer_id, a.id, p_now
      FROM unnest(v_ids, v_ords) AS a(id, ord)
      JOIN unnest(p_customer, p_wrong) WITH ORDINALITY AS l(customer_id, is_wrong, ord) ON l.ord = a.ord
     WHERE l.is_wrong IS NOT TRUE
     ORDER BY a.id;

    INSERT INTO orders_request (customer_id, request_id, fingerprint, order_id, charge_micros, made_at)
    SELECT l.customer_id, l.request_id, l.fingerprint, a.id, a.charge, p_now
      FROM unnest(v_ids, v_ords, v_charges) AS a(id, ord, charge)
      JOIN unnest(p_customer, p_request, p_fingerprint) WITH ORDINALITY AS l(customer_id, request_id, fingerprint, ord)
        ON l.ord = a.ord
     WHERE l.request_id IS NOT NULL;

    IF cardinality(v_capped) > 0 THEN
        INSERT INTO accounts_keyspend (key_id, day, spent_micros)
        SELECT s.key_id, v_day, sum(s.charge) FROM unnest(v_capped, v_capped_charges) AS s(key_id, charge)
         GROUP BY s.key_id ORDER BY s.key_id
            ON CONFLICT (key_id, day) DO UPDATE SET spent_micros = accounts_keyspend.spent_micros + EXCLUDED.spent_micros;
    END IF;

    IF cardinality(p_short) > 0 THEN
        INSERT INTO orders_shortlinkuse (order_id, token)
        SELECT a.id, l.token
          FROM unnest(v_ids, v_ords) AS a(id, ord)
          JOIN unnest(p_short) WITH ORDINALITY AS l(token, ord) ON l.ord = a.ord
         WHERE l.token IS NOT NULL;
    END IF;

    -- Those of one call can be beside each other, too.
    IF cardinality(v_ids) > 1 THEN
        SELECT v_beside || array_agg(id) INTO v_beside
          FROM (SELECT unnest(array_agg(a.id)) AS id
                  FROM unnest(v_ids, v_ords) AS a(id, ord)
                  JOIN unnest(p_customer, p_target) WITH ORDINALITY AS l(customer_id, target, ord) ON l.ord = a.ord
                 GROUP BY l.customer_id, l.target HAVING count(*) > 1) AS together;
    END IF;
    IF cardinality(v_beside) > 0 THEN
        PERFORM orders_mark_beside(v_beside, p_terms, p_reaches, p_reach, p_now);
    END IF;
END $$;
