-- Every append-only table as it was before erasures.
CREATE OR REPLACE FUNCTION accounts_acceptance_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: what was accepted stays as it was', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
REVOKE UPDATE (address, agent, request_id) ON accounts_acceptance FROM CURRENT_USER;

CREATE OR REPLACE FUNCTION orders_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'orders_event is append-only' USING ERRCODE = 'restrict_violation';
END $$;
REVOKE UPDATE (facts) ON orders_event FROM CURRENT_USER;

CREATE OR REPLACE FUNCTION orders_decision_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'orders_decision is append-only: an appeal is another decision' USING ERRCODE = 'restrict_violation';
END $$;
REVOKE UPDATE (record, decision) ON orders_decision FROM CURRENT_USER;

CREATE OR REPLACE FUNCTION orders_finding_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
REVOKE UPDATE (evidence) ON orders_trouble FROM CURRENT_USER;
REVOKE UPDATE (reason) ON orders_correction FROM CURRENT_USER;

CREATE OR REPLACE FUNCTION support_message_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'support_message is append-only' USING ERRCODE = 'restrict_violation';
END $$;

DROP TRIGGER insight_reading_taken_once ON insight_reading;
CREATE TRIGGER insight_reading_taken_once BEFORE UPDATE ON insight_reading
    FOR EACH ROW WHEN (OLD.state <> 'planned') EXECUTE FUNCTION insight_is_append_only();
DROP FUNCTION insight_reading_is_append_only();

CREATE OR REPLACE FUNCTION shortlinks_lead_where_they_led() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - 'is_on' <> to_jsonb(OLD) - 'is_on' THEN
        RAISE EXCEPTION 'a short link leads where it led: it can only be switched off and on'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER erasure_nothing_new ON accounts_user;
DROP TRIGGER erasure_nothing_new ON accounts_acceptance;
DROP TRIGGER erasure_nothing_new ON accounts_apikey;
DROP TRIGGER erasure_nothing_new ON shortlinks_shortlink;
DROP TRIGGER erasure_nothing_new ON support_ticket;
DROP TRIGGER erasure_nothing_new ON deposits_intent;
DROP FUNCTION erasure_act_is_append_only() CASCADE;
DROP FUNCTION erasure_digest(bigint, bigint);
DROP FUNCTION erasure_customer_of_order(bigint);
DROP FUNCTION erasure_without_words(jsonb);
DROP FUNCTION erasure_blanks(jsonb, jsonb, jsonb, bigint);
DROP FUNCTION erasure_is_under_way(bigint);
ALTER TABLE erasure_act DROP COLUMN transaction;
