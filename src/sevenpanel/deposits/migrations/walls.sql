-- What the database itself refuses, whatever the code above it does (design: deposits, section 4).

-- The figures in force. Without a row: two checkers above 1,000, nobody alone, 100 a day from a single voice.
CREATE FUNCTION deposits_policy_in_force()
RETURNS TABLE (two_person_micros bigint, is_single boolean, single_daily_micros bigint, single_voice_daily_micros bigint)
LANGUAGE sql STABLE AS $$
    (SELECT p.two_person_micros, p.is_single, p.single_daily_micros, p.single_voice_daily_micros
       FROM deposits_policy p ORDER BY p.id DESC LIMIT 1)
    UNION ALL SELECT 1000000000, false, 0, 100000000
    LIMIT 1
$$;

CREATE FUNCTION deposits_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER deposits_event_append_only BEFORE UPDATE OR DELETE ON deposits_event
    FOR EACH ROW EXECUTE FUNCTION deposits_is_append_only();
CREATE TRIGGER deposits_vote_append_only BEFORE UPDATE OR DELETE ON deposits_vote
    FOR EACH ROW EXECUTE FUNCTION deposits_is_append_only();
CREATE TRIGGER deposits_policy_append_only BEFORE UPDATE OR DELETE ON deposits_policy
    FOR EACH ROW EXECUTE FUNCTION deposits_is_append_only();
CREATE TRIGGER deposits_delivery_append_only BEFORE UPDATE ON deposits_delivery
    FOR EACH ROW EXECUTE FUNCTION deposits_is_append_only();

-- A receipt takes the steps of the table in deposits/domain/machine.py and no others; a test compares the two.
CREATE FUNCTION deposits_receipt_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state NOT IN ('seen', 'proposed') THEN
            RAISE EXCEPTION 'a receipt does not begin as %', NEW.state USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.key <> OLD.key THEN
        RAISE EXCEPTION 'a receipt keeps its key' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('seen', 'orphaned'), ('orphaned', 'seen'), ('seen', 'credited'), ('seen', 'held'),
        ('held', 'credited'), ('held', 'rejected'), ('rejected', 'held'), ('rejected', 'refunded'),
        ('held', 'orphaned'), ('rejected', 'orphaned'),
        ('credited', 'disputed'), ('disputed', 'credited'), ('disputed', 'reversed'), ('reversed', 'seen'),
        ('credited', 'final'), ('final', 'disputed'),
        ('proposed', 'credited'), ('proposed', 'declined')
    ) THEN
        RAISE EXCEPTION 'a receipt does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'proposed' AND NEW.state = 'credited' AND NOT EXISTS (
        SELECT FROM deposits_proposal p
         WHERE p.receipt_id = NEW.id AND p.kind = 'credit' AND p.state = 'approved'
    ) THEN
        RAISE EXCEPTION 'nobody approved this credit' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'refunded' AND OLD.state = 'rejected' AND NOT EXISTS (
        SELECT FROM deposits_proposal p
         WHERE p.receipt_id = NEW.id AND p.kind = 'refund' AND p.state = 'approved'
    ) THEN
        RAISE EXCEPTION 'nobody approved this refund' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER deposits_receipt_steps BEFORE INSERT OR UPDATE ON deposits_receipt
    FOR EACH ROW EXECUTE FUNCTION deposits_receipt_steps();

-- A vote repeats what it is about, and the foreign keys compare it: the maker, the content by its hash, and the sum.
-- So nobody votes on a proposal of his own, approves a content that he was not shown, or types another sum.
ALTER TABLE deposits_proposal ADD CONSTRAINT deposits_proposal_maker UNIQUE (id, maker_id);
ALTER TABLE deposits_proposal ADD CONSTRAINT deposits_proposal_content UNIQUE (id, hash, amount_micros);
ALTER TABLE deposits_vote ADD CONSTRAINT deposits_vote_names_the_maker
    FOREIGN KEY (proposal_id, maker_id) REFERENCES deposits_proposal (id, maker_id);
ALTER TABLE deposits_vote ADD CONSTRAINT deposits_vote_names_the_content
    FOREIGN KEY (proposal_id, hash, amount_micros) REFERENCES deposits_proposal (id, hash, amount_micros);

-- A proposal never changes; it is decided once, and approved only by as many other people as it needs.
CREATE FUNCTION deposits_proposal_decides() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_policy record;
    v_votes bigint;
    v_today numeric;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a proposal is never removed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' THEN
            RAISE EXCEPTION 'a proposal begins open' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> 'open' OR (to_jsonb(NEW) - 'state' - 'decided_at') <> (to_jsonb(OLD) - 'state' - 'decided_at') THEN
        RAISE EXCEPTION 'a proposal never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> 'approved' THEN
        RETURN NEW;
    END IF;
    SELECT * INTO v_policy FROM deposits_policy_in_force();
    IF NEW.is_single THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('deposits.single', 0));
        SELECT coalesce(sum(p.amount_micros), 0) INTO v_today FROM deposits_proposal p
         WHERE p.is_single AND p.state = 'approved'
           AND (p.decided_at AT TIME ZONE 'UTC')::date = (NEW.decided_at AT TIME ZONE 'UTC')::date;
        IF NOT v_policy.is_single OR v_today + NEW.amount_micros > v_policy.single_daily_micros THEN
            RAISE EXCEPTION 'deposits_single_limit' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT count(*) INTO v_votes FROM deposits_vote v WHERE v.proposal_id = NEW.id AND v.approves;
    IF v_votes < NEW.needs
       OR (NEW.kind = 'credit' AND NEW.amount_micros > v_policy.two_person_micros AND v_votes < 2) THEN
        RAISE EXCEPTION 'deposits_too_few_votes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER deposits_proposal_decides BEFORE INSERT OR UPDATE OR DELETE ON deposits_proposal
    FOR EACH ROW EXECUTE FUNCTION deposits_proposal_decides();
