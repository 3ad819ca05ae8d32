-- Entries and their legs are facts like transfers: never edited, never removed (I8), behind the same two walls.
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER ledger_assetmove_append_only BEFORE UPDATE OR DELETE ON ledger_assetmove
    FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();

REVOKE UPDATE, DELETE, TRUNCATE ON ledger_entry, ledger_assetmove FROM CURRENT_USER;
-- A hold is lifted, and never removed.
REVOKE DELETE, TRUNCATE ON ledger_hold FROM CURRENT_USER;

-- Books any number of transfers at once: the rows, and the maintained balances of the customers among them.
--
-- Every array has one element per transfer. Balances are locked in customer order first, as everything that
-- locks balances does, so that two callers can wait for each other but never deadlock. A key that was booked
-- before raises unique_violation: the whole call is refused, and nothing is paid twice (I7).
--
-- The room below zero that a reversal or a hold has made is given back here as the balance recovers; nothing that
-- is booked here makes more of it, so that nobody spends what is not there (I3).
CREATE OR REPLACE FUNCTION ledger_post(
    p_key text[], p_debit bigint[], p_credit bigint[], p_amount bigint[], p_reason text[],
    p_customer bigint[], p_order bigint[], p_note text[], p_now timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ledger_balance
      WHERE account_id = ANY (p_debit || p_credit) ORDER BY customer_id FOR UPDATE;

    INSERT INTO ledger_transfer
           (key, debit_id, credit_id, amount_micros, reason, customer_id, order_id, note, posted_at)
    SELECT t.*, p_now
      FROM unnest(p_key, p_debit, p_credit, p_amount, p_reason, p_customer, p_order, p_note) AS t;

    UPDATE ledger_balance b
       SET balance_micros = b.balance_micros + moved.delta,
           overdraft_micros = least(b.overdraft_micros,
                                    greatest(0, - b.balance_micros - moved.delta - b.credit_limit_micros))
      FROM (SELECT account_id, sum(delta)::bigint AS delta
              FROM (SELECT * FROM unnest(p_credit, p_amount) AS c(account_id, delta)
                    UNION ALL
                    SELECT d.account_id, -d.delta FROM unnest(p_debit, p_amount) AS d(account_id, delta)) AS sides
             GROUP BY account_id) AS moved
     WHERE b.account_id = moved.account_id;
END $$;
