/// The seventh migration: what incidents' detections have in fields that name no party, for filters on them. No
/// question was answered by `detections_entity`, and every detection paid for it. `incidents_desk` has what ties are
/// broken by as well, so that no order of lists touches a row.
enum ValueSchema {
    static let all = """
        CREATE TABLE value_fields (seq INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE incident_values (
            field INTEGER NOT NULL, incident INTEGER NOT NULL, part INTEGER NOT NULL, sieve BLOB NOT NULL,
            words BLOB NOT NULL, PRIMARY KEY (field, incident, part)
        ) WITHOUT ROWID, STRICT;
        CREATE TABLE incident_networks (
            network BLOB NOT NULL, field TEXT NOT NULL, incident INTEGER NOT NULL,
            PRIMARY KEY (network, field, incident)
        ) WITHOUT ROWID, STRICT;
        DROP INDEX IF EXISTS detections_entity;
        DROP INDEX incidents_desk;
        CREATE INDEX incidents_desk ON incidents
            (parent, severity, last, status, suppressed_until, first, count, assignee, entity_kind, resolution,
            title_key, entity_key, rule, title, entity, created_run, changed_run, id);
        CREATE INDEX incidents_by_id ON incidents (parent, id, status, suppressed_until, last);

        """ + NetworkTable.filling + ";\n" + groups

    /// One index for each column that `top` counts by, in its order and with all that is counted and that the usual
    /// filter asks for: nothing is sorted and no row touched.
    private static let groups = ["entity", "title", "rule", "techniques", "assets", "agencies"].map { column in
        """
        CREATE INDEX incidents_of_\(column) ON incidents
            (parent, \(column), severity, last, status, suppressed_until, first, count);
        """
    }.joined(separator: "\n")
}
