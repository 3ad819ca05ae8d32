-- Whose an address is, is said once; where money is sent to is never changed by an update (design: deposits, section 2).
CREATE FUNCTION deposits_address_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR
       (NEW.wallet_id, NEW.index, NEW.plain, NEW.made_at) IS DISTINCT FROM
       (OLD.wallet_id, OLD.index, OLD.plain, OLD.made_at)
       OR (OLD.customer_id IS NOT NULL
           AND (NEW.customer_id, NEW.given_at) IS DISTINCT FROM (OLD.customer_id, OLD.given_at))
       OR (OLD.retired_at IS NOT NULL AND NEW.retired_at IS DISTINCT FROM OLD.retired_at) THEN
        RAISE EXCEPTION 'an address stays what and whose it is' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER deposits_address_stays BEFORE UPDATE OR DELETE ON deposits_address
    FOR EACH ROW EXECUTE FUNCTION deposits_address_stays();

CREATE FUNCTION deposits_wallet_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR
       (NEW.family, NEW.account, NEW.is_first, NEW.proposed_by, NEW.proposed_at) IS DISTINCT FROM
       (OLD.family, OLD.account, OLD.is_first, OLD.proposed_by, OLD.proposed_at)
       OR (OLD.agreed_at IS NOT NULL
           AND (NEW.agreed_by, NEW.agreed_at, NEW.starts_at) IS DISTINCT FROM
               (OLD.agreed_by, OLD.agreed_at, OLD.starts_at))
       OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at) THEN
        RAISE EXCEPTION 'a key stays what it is; another one takes its place' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER deposits_wallet_stays BEFORE UPDATE OR DELETE ON deposits_wallet
    FOR EACH ROW EXECUTE FUNCTION deposits_wallet_stays();
