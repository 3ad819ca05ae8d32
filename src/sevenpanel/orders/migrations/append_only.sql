-- What was found about an order and what was corrected is written once.
CREATE FUNCTION orders_finding_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER orders_beside_append_only BEFORE UPDATE OR DELETE ON orders_beside
    FOR EACH ROW EXECUTE FUNCTION orders_finding_is_append_only();
CREATE TRIGGER orders_trouble_append_only BEFORE UPDATE OR DELETE ON orders_trouble
    FOR EACH ROW EXECUTE FUNCTION orders_finding_is_append_only();
CREATE TRIGGER orders_correction_append_only BEFORE UPDATE OR DELETE ON orders_correction
    FOR EACH ROW EXECUTE FUNCTION orders_finding_is_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON orders_beside, orders_trouble, orders_correction FROM CURRENT_USER;
