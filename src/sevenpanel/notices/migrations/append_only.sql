-- What was published stays as it was published: a right may rest on it. A version can be ended once, by a
-- correction or a withdrawal; everything else is another row.
CREATE FUNCTION notices_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
       OR to_jsonb(NEW) - '{withdrawn_at,withdrawn_by,withdrawn_why}'::text[]
          <> to_jsonb(OLD) - '{withdrawn_at,withdrawn_by,withdrawn_why}'::text[] THEN
        RAISE EXCEPTION 'a notice is append-only: correct it with another version'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER notices_append_only BEFORE UPDATE OR DELETE ON notices_notice
    FOR EACH ROW EXECUTE FUNCTION notices_is_append_only();
