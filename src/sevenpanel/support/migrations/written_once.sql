-- What was written stays as it was written.
CREATE FUNCTION support_message_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'support_message is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER support_message_append_only BEFORE UPDATE OR DELETE ON support_message
    FOR EACH ROW EXECUTE FUNCTION support_message_is_append_only();
