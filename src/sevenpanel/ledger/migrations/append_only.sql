-- A transfer is never edited or removed; a mistake is corrected by another transfer (I8). Two walls: the
-- trigger stops everybody, the revoked rights stop the role that the desk itself runs as. TRUNCATE has no
-- trigger, so that tests can empty their database; the right to it is revoked all the same.
CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: correct a mistake with another transfer', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ledger_transfer_append_only BEFORE UPDATE OR DELETE ON ledger_transfer
    FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER ledger_checkpoint_append_only BEFORE UPDATE OR DELETE ON ledger_checkpoint
    FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();

REVOKE UPDATE, DELETE, TRUNCATE ON ledger_transfer, ledger_checkpoint FROM CURRENT_USER;

-- Balances change with every order: room on the page keeps the new version of the row beside the old one.
ALTER TABLE ledger_balance SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
