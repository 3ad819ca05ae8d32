-- What notices put in the place of these services' limits and buttons at an instant; NULL where none says anything,
-- and no row for a service that no notice is about. The last word is the one published last; of two published at
-- once, the narrower one, as in terms/effective.py. A test holds the two together.
CREATE FUNCTION notices_in_force(p_services bigint[], p_at timestamptz)
RETURNS TABLE (service_id bigint, is_paused boolean, quantity_min bigint, quantity_max bigint, can_cancel boolean)
LANGUAGE sql STABLE AS $$
    SELECT s.id,
           (array_agg(n.is_paused ORDER BY n.published_at DESC, k.width DESC, n.id DESC)
                FILTER (WHERE n.is_paused IS NOT NULL))[1],
           (array_agg(n.quantity_min ORDER BY n.published_at DESC, k.width DESC, n.id DESC)
                FILTER (WHERE n.quantity_min IS NOT NULL))[1],
           (array_agg(n.quantity_max ORDER BY n.published_at DESC, k.width DESC, n.id DESC)
                FILTER (WHERE n.quantity_max IS NOT NULL))[1],
           (array_agg(n.can_cancel ORDER BY n.published_at DESC, k.width DESC, n.id DESC)
                FILTER (WHERE n.can_cancel IS NOT NULL))[1]
      FROM catalog_service s
     CROSS JOIN LATERAL (VALUES (0, 'all', ''), (1, 'network', s.network), (2, 'category', s.category_id::text),
                                (3, 'service', s.id::text)) AS k(width, scope, subject)
      JOIN notices_notice n ON n.scope = k.scope AND n.subject = k.subject
     WHERE s.id = ANY (p_services)
       AND (n.is_paused IS NOT NULL OR n.quantity_min IS NOT NULL OR n.quantity_max IS NOT NULL
            OR n.can_cancel IS NOT NULL)
       AND n.published_at <= p_at AND n.in_force_from <= p_at
       AND (n.in_force_until IS NULL OR n.in_force_until > p_at)
       AND (n.withdrawn_at IS NULL OR n.withdrawn_at > p_at)
     GROUP BY s.id
$$;
