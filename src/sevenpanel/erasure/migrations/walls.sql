-- The one exception to "never changed" (docs/adr/0026-words-leave-what-is-append-only.md).
--
-- Whoever writes an act of erasure may, in that very transaction, put a fixed blank in the place of words about the
-- person, and nothing else: a row must come out as it was, but for the columns named here, and they must hold exactly
-- the blank. The act itself stays for ever, and `sevenpanel verify` compares what stays with the digest it holds.
ALTER TABLE erasure_act ADD COLUMN transaction xid8 NOT NULL DEFAULT pg_current_xact_id();

CREATE FUNCTION erasure_act_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an erasure stays written' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER erasure_act_append_only BEFORE UPDATE OR DELETE ON erasure_act
    FOR EACH ROW EXECUTE FUNCTION erasure_act_is_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON erasure_act FROM CURRENT_USER;

CREATE FUNCTION erasure_is_under_way(p_customer bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM erasure_act a
                    WHERE a.customer_id = p_customer AND a.transaction = pg_current_xact_id_if_assigned())
$$;

CREATE FUNCTION erasure_blanks(p_old jsonb, p_new jsonb, p_blank jsonb, p_customer bigint)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(p_new = p_old || p_blank, false) AND erasure_is_under_way(p_customer)
$$;

-- Facts and decisions without what somebody wrote: figures, clauses and instants stay.
CREATE FUNCTION erasure_without_words(p jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF jsonb_typeof(p) = 'object' THEN
        RETURN (SELECT coalesce(jsonb_object_agg(key, CASE
                           WHEN key = 'reasons' THEN '[]'::jsonb
                           WHEN key IN ('words', 'evidence', 'reason', 'cancel_words') AND jsonb_typeof(value) = 'string'
                               THEN '""'::jsonb
                           ELSE erasure_without_words(value) END), '{}')
                  FROM jsonb_each(p));
    END IF;
    IF jsonb_typeof(p) = 'array' THEN
        RETURN (SELECT coalesce(jsonb_agg(erasure_without_words(each.value) ORDER BY each.place), '[]')
                  FROM jsonb_array_elements(p) WITH ORDINALITY AS each(value, place));
    END IF;
    RETURN p;
END $$;

CREATE FUNCTION erasure_customer_of_order(p_order bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT customer_id FROM orders_order WHERE id = p_order
$$;

-- What stays of an account, in one figure: whatever the words are, it is the same before an erasure and after it.
CREATE FUNCTION erasure_digest(p_customer bigint, p_last_event bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(concat_ws(E'\n',
        (SELECT string_agg(concat_ws('|', o.id, o.service_id, o.description_version, o.source, o.quantity, o.rate_micros,
                    o.charge_micros, o.currency, extract(epoch FROM o.placed_at), o.status, o.outcome, o.earned_micros,
                    o.returned_micros, o.granted_micros, extract(epoch FROM o.settled_at)), E'\n' ORDER BY o.id)
           FROM orders_order o WHERE o.customer_id = p_customer),
        (SELECT string_agg(concat_ws('|', d.id, d.order_id, d.kind, d.policy_version, d.outcome, d.clause, d.refund_micros,
                    d.effect, d.decider, d.staff_id, extract(epoch FROM d.decided_at), erasure_without_words(d.record),
                    erasure_without_words(d.decision)), E'\n' ORDER BY d.id)
           FROM orders_decision d WHERE d.customer_id = p_customer),
        (SELECT string_agg(concat_ws('|', e.id, e.order_id, e.kind, extract(epoch FROM e.happened_at),
                    erasure_without_words(e.facts)), E'\n' ORDER BY e.id)
           FROM orders_event e JOIN orders_order o ON o.id = e.order_id
          WHERE o.customer_id = p_customer AND e.id <= p_last_event),
        (SELECT string_agg(concat_ws('|', a.id, a.user_id, a.text_id, a.way, a.statements, a.button_words,
                    extract(epoch FROM a.accepted_at)), E'\n' ORDER BY a.id)
           FROM accounts_acceptance a WHERE a.customer_id = p_customer)), 'UTF8')), 'hex')
$$;

-- What an account that is deleted gets no more of (nothing_new.sql).
CREATE TRIGGER erasure_nothing_new BEFORE INSERT ON accounts_user
    FOR EACH ROW WHEN (NEW.customer_id IS NOT NULL) EXECUTE FUNCTION erasure_nothing_new();
CREATE TRIGGER erasure_nothing_new BEFORE INSERT ON accounts_acceptance
    FOR EACH ROW WHEN (NEW.customer_id IS NOT NULL) EXECUTE FUNCTION erasure_nothing_new();
CREATE TRIGGER erasure_nothing_new BEFORE INSERT ON accounts_apikey
    FOR EACH ROW EXECUTE FUNCTION erasure_nothing_new();
CREATE TRIGGER erasure_nothing_new BEFORE INSERT ON shortlinks_shortlink
    FOR EACH ROW EXECUTE FUNCTION erasure_nothing_new();
CREATE TRIGGER erasure_nothing_new BEFORE INSERT ON support_ticket
    FOR EACH ROW EXECUTE FUNCTION erasure_nothing_new();
CREATE TRIGGER erasure_nothing_new BEFORE INSERT ON deposits_intent
    FOR EACH ROW EXECUTE FUNCTION erasure_nothing_new();

-- From here on: every append-only table that holds words about a person, and which of them may be blanked.
CREATE OR REPLACE FUNCTION accounts_acceptance_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'accounts_acceptance' AND erasure_blanks(to_jsonb(OLD), to_jsonb(NEW),
            '{"address": "erased", "agent": "", "request_id": "erased"}',
            (to_jsonb(OLD) ->> 'customer_id')::bigint) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: what was accepted stays as it was', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
GRANT UPDATE (address, agent, request_id) ON accounts_acceptance TO CURRENT_USER;

CREATE OR REPLACE FUNCTION orders_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND erasure_blanks(to_jsonb(OLD), to_jsonb(NEW),
            jsonb_build_object('facts', erasure_without_words(OLD.facts)), OLD.customer_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'orders_event is append-only' USING ERRCODE = 'restrict_violation';
END $$;
GRANT UPDATE (facts) ON orders_event TO CURRENT_USER;

CREATE OR REPLACE FUNCTION orders_decision_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND erasure_blanks(to_jsonb(OLD), to_jsonb(NEW),
            jsonb_build_object('record', erasure_without_words(OLD.record),
                               'decision', erasure_without_words(OLD.decision)), OLD.customer_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'orders_decision is append-only: an appeal is another decision' USING ERRCODE = 'restrict_violation';
END $$;
GRANT UPDATE (record, decision) ON orders_decision TO CURRENT_USER;

CREATE OR REPLACE FUNCTION orders_finding_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_blank jsonb := CASE TG_TABLE_NAME WHEN 'orders_trouble' THEN '{"evidence": "(erased)"}'
                                        WHEN 'orders_correction' THEN '{"reason": "(erased)"}' END;
BEGIN
    IF TG_OP = 'UPDATE' AND erasure_blanks(to_jsonb(OLD), to_jsonb(NEW), v_blank,
                                           erasure_customer_of_order(OLD.order_id)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
GRANT UPDATE (evidence) ON orders_trouble TO CURRENT_USER;
GRANT UPDATE (reason) ON orders_correction TO CURRENT_USER;

-- Words of tickets are no evidence of anything that stays: they go as a whole.
CREATE OR REPLACE FUNCTION support_message_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND erasure_is_under_way(
            (SELECT t.customer_id FROM support_ticket t WHERE t.id = OLD.ticket_id)) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'support_message is append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION insight_reading_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF erasure_blanks(to_jsonb(OLD), to_jsonb(NEW), jsonb_build_object('target', '', 'words',
            CASE OLD.words WHEN '' THEN '' ELSE '(erased)' END), erasure_customer_of_order(OLD.order_id)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'insight_reading is append-only' USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER insight_reading_taken_once ON insight_reading;
CREATE TRIGGER insight_reading_taken_once BEFORE UPDATE ON insight_reading
    FOR EACH ROW WHEN (OLD.state <> 'planned') EXECUTE FUNCTION insight_reading_is_append_only();

CREATE OR REPLACE FUNCTION shortlinks_lead_where_they_led() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND erasure_blanks(to_jsonb(OLD), to_jsonb(NEW),
            '{"address": "https://erased.invalid/", "target": "", "is_on": false}', OLD.customer_id) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - 'is_on' <> to_jsonb(OLD) - 'is_on' THEN
        RAISE EXCEPTION 'a short link leads where it led: it can only be switched off and on'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
