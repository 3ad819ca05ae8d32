-- Books any number of transfers at once: the rows, and the maintained balances of the customers among them.
--
-- Every array has one element per transfer. Balances are locked in customer order first, as everything that
-- locks balances does, so that two callers can wait for each other but never deadlock. A key that was booked
-- before raises unique_violation: the whole call is refused, and nothing is paid twice (I7).
CREATE FUNCTION ledger_post(
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

    UPDATE ledger_balance b SET balance_micros = b.balance_micros + moved.delta
      FROM (SELECT account_id, sum(delta)::bigint AS delta
              FROM (SELECT * FROM unnest(p_credit, p_amount) AS c(account_id, delta)
                    UNION ALL
                    SELECT d.account_id, -d.delta FROM unnest(p_debit, p_amount) AS d(account_id, delta)) AS sides
             GROUP BY account_id) AS moved
     WHERE b.account_id = moved.account_id;
END $$;
