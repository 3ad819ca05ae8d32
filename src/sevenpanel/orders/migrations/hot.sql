-- The guard runs only where a guarded column is written; inserts, the hottest path, never pay for it.
CREATE TRIGGER orders_guard BEFORE UPDATE OF status, dispatch, is_open, settled_at, earned_micros, charge_micros, quantity
    ON orders_order FOR EACH ROW EXECUTE FUNCTION orders_guard();

-- A fact is written once.
CREATE FUNCTION orders_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'orders_event is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER orders_event_append_only BEFORE UPDATE OR DELETE ON orders_event
    FOR EACH ROW EXECUTE FUNCTION orders_event_is_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON orders_event FROM CURRENT_USER;

-- Open orders are rewritten by every sync that changes them: leave room on their pages.
ALTER TABLE orders_order SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE kernel_outbox SET (autovacuum_vacuum_scale_factor = 0.02);
