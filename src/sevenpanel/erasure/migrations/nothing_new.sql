-- An account that is deleted gets nothing new, whoever was just about to write it.
CREATE FUNCTION erasure_nothing_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM accounts_customer WHERE id = NEW.customer_id FOR KEY SHARE; -- sabotage:skip-the-wait-for-an-erasure
    IF EXISTS (SELECT FROM erasure_act WHERE customer_id = NEW.customer_id) THEN
        RAISE EXCEPTION 'this account was deleted' USING ERRCODE = 'check_violation', CONSTRAINT = 'erasure_nothing_new';
    END IF;
    RETURN NEW;
END $$;
