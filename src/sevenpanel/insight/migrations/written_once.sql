-- What was measured, struck out and estimated stays as it was written.
CREATE FUNCTION insight_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER insight_measurement_append_only BEFORE UPDATE OR DELETE ON insight_measurement
    FOR EACH ROW EXECUTE FUNCTION insight_is_append_only();
CREATE TRIGGER insight_strike_append_only BEFORE UPDATE OR DELETE ON insight_strike
    FOR EACH ROW EXECUTE FUNCTION insight_is_append_only();
CREATE TRIGGER insight_estimate_append_only BEFORE UPDATE OR DELETE ON insight_estimate
    FOR EACH ROW EXECUTE FUNCTION insight_is_append_only();

-- A reading is claimed and put off while it is planned; what was read, or missed, is a fact.
CREATE TRIGGER insight_reading_append_only BEFORE DELETE ON insight_reading
    FOR EACH ROW EXECUTE FUNCTION insight_is_append_only();
CREATE TRIGGER insight_reading_taken_once BEFORE UPDATE ON insight_reading
    FOR EACH ROW WHEN (OLD.state <> 'planned') EXECUTE FUNCTION insight_is_append_only();
