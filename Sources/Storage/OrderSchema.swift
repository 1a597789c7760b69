/// Indexes for lists: one in the order of each column that a list is sorted by, so that a hundred lines are read and
/// not all rows; and one that holds whatever conditions and counts look at, so that no row is touched for them.
enum OrderSchema {
    static let all = """
        DROP INDEX incidents_desk;
        CREATE INDEX incidents_desk ON incidents
            (parent, severity, last, status, suppressed_until, first, count, assignee, entity_kind, resolution,
            title_key, entity_key, rule, title, entity, created_run, changed_run);
        CREATE INDEX incidents_by_last ON incidents (parent, last);
        CREATE INDEX incidents_by_first ON incidents (parent, first, last DESC);
        CREATE INDEX incidents_by_count ON incidents (parent, count, last);
        CREATE INDEX incidents_by_duration ON incidents (parent, last - first, last);
        CREATE INDEX incidents_by_entity ON incidents (parent, entity_key, last DESC);
        CREATE INDEX incidents_by_title ON incidents (parent, title_key, last DESC);
        CREATE INDEX incidents_by_rule ON incidents (parent, rule, last DESC);
        CREATE INDEX incidents_by_assignee ON incidents (parent, assignee, last DESC);
        """
}
