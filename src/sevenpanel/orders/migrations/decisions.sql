-- A decision is stored as it was made; an appeal is another one. The trigger stops everybody, the revoked rights stop
-- the role that the desk itself runs as.
CREATE FUNCTION orders_decision_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'orders_decision is append-only: an appeal is another decision' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER orders_decision_append_only BEFORE UPDATE OR DELETE ON orders_decision
    FOR EACH ROW EXECUTE FUNCTION orders_decision_is_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON orders_decision FROM CURRENT_USER;
