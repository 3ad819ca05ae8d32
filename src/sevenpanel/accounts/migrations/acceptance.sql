-- The hash is that of the words beside it, so that what was accepted can be shown for ever.
ALTER TABLE accounts_acceptedtext ADD CONSTRAINT accounts_text_hash_is_of_its_words
    CHECK (sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex'));

-- Evidence is written once. Whoever accepts does so for the customer they act for, and for nobody else's.
CREATE FUNCTION accounts_acceptance_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: what was accepted stays as it was', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER accounts_text_append_only BEFORE UPDATE OR DELETE ON accounts_acceptedtext
    FOR EACH ROW EXECUTE FUNCTION accounts_acceptance_is_append_only();
CREATE TRIGGER accounts_acceptance_append_only BEFORE UPDATE OR DELETE ON accounts_acceptance
    FOR EACH ROW EXECUTE FUNCTION accounts_acceptance_is_append_only();

CREATE FUNCTION accounts_acceptance_is_of_its_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM accounts_user u
                    WHERE u.id = NEW.user_id AND u.customer_id IS NOT DISTINCT FROM NEW.customer_id) THEN
        RAISE EXCEPTION 'an acceptance is for the customer its person acts for'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'accounts_acceptance_of_its_customer';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER accounts_acceptance_of_its_customer BEFORE INSERT ON accounts_acceptance
    FOR EACH ROW EXECUTE FUNCTION accounts_acceptance_is_of_its_customer();

-- A second wall for the role that the desk runs as. The texts keep the right to UPDATE, without which a foreign key
-- to them cannot be checked; the trigger refuses it all the same.
REVOKE UPDATE, DELETE, TRUNCATE ON accounts_acceptance FROM CURRENT_USER;
REVOKE DELETE, TRUNCATE ON accounts_acceptedtext FROM CURRENT_USER;
