-- Where a short link leads never changes, or a link that was harmless could become something else behind its token.
CREATE FUNCTION shortlinks_lead_where_they_led() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - 'is_on' <> to_jsonb(OLD) - 'is_on' THEN
        RAISE EXCEPTION 'a short link leads where it led: it can only be switched off and on'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER shortlinks_lead_where_they_led BEFORE UPDATE OR DELETE ON shortlinks_shortlink
    FOR EACH ROW EXECUTE FUNCTION shortlinks_lead_where_they_led();

CREATE FUNCTION shortlinks_switch_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'who switched a short link stays written' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER shortlinks_switch_append_only BEFORE UPDATE OR DELETE ON shortlinks_switch
    FOR EACH ROW EXECUTE FUNCTION shortlinks_switch_is_append_only();
