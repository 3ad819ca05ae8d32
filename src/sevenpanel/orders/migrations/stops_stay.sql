-- Why new orders were stopped, who let them go on and for which reason stays written.
CREATE FUNCTION orders_stop_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.lifted_at IS NOT NULL OR NEW.began_at <> OLD.began_at THEN
        RAISE EXCEPTION 'a stop of new orders stays written: it is lifted once, and never changed after that'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER orders_stop_stays BEFORE UPDATE OR DELETE ON orders_stop
    FOR EACH ROW EXECUTE FUNCTION orders_stop_stays();
