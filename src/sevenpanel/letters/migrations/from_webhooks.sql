-- This function notes a letter about a webhook, of those that webhooks kept for themselves, for whom it was to reach.
-- It is told of the address as it is now: of two with one url of the one that was switched off at that instant.
CREATE FUNCTION letters_take_over(letter webhooks_letter) RETURNS void LANGUAGE sql AS $$
    INSERT INTO letters_told (user_id, kind, news, key, subject_id, currency, manner, happened_at, noted_at)
    SELECT u.id, 'webhooks', 'switched off', 'letter/' || letter.id, e.id, '', 'at once', letter.at, now()
      FROM accounts_user u
      JOIN LATERAL (SELECT id FROM webhooks_endpoint
                     WHERE customer_id = letter.customer_id AND url = letter.url
                     ORDER BY off_at IS NOT DISTINCT FROM letter.at DESC, id LIMIT 1) AS e ON true
     WHERE u.customer_id = letter.customer_id AND u.email = letter.address AND u.is_active
        ON CONFLICT (user_id, kind, key) DO NOTHING
$$;

CREATE FUNCTION letters_taken_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM letters_take_over(NEW);
    DELETE FROM webhooks_letter WHERE id = NEW.id;
    RETURN NULL;
END $$;

-- One that a worker of the release before has in hand may come twice, as that release says of these letters.
LOCK TABLE webhooks_letter IN SHARE ROW EXCLUSIVE MODE;
SELECT letters_take_over(w) FROM webhooks_letter w ORDER BY id;
DELETE FROM webhooks_letter;
CREATE TRIGGER letters_taken_over AFTER INSERT ON webhooks_letter FOR EACH ROW EXECUTE FUNCTION letters_taken_over();
