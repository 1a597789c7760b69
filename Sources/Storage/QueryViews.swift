/// The views that `query` offers: what they are called and what their columns mean stays, whatever becomes of the
/// tables behind them.
package enum QueryViews {
    package struct View: Sendable {
        package var name: String
        package var help: String
        package var columns: [(name: String, help: String)]
        let from: String
    }

    private static func time(_ column: String) -> String {
        "CASE WHEN \(column) > -9223372036854775808 THEN "
            + "strftime('%Y-%m-%dT%H:%M:%S', \(column) / 1000000000, 'unixepoch') "
            + "|| printf('.%03dZ', \(column) / 1000000 % 1000) END"
    }

    private static let severity = """
        CASE i.severity WHEN 0 THEN 'informational' WHEN 1 THEN 'low' WHEN 2 THEN 'medium' WHEN 3 THEN 'high' \
        ELSE 'critical' END
        """
    private static let level = severity.replacing("i.severity", with: "r.level")

    /// (view, help, FROM clause, (column, expression, help))
    private static let definitions: [(String, String, String, [(String, String, String)])] = [
        (
            "incidents", "what analysts triage", "main.incidents i WHERE i.parent IS NULL",
            [
                ("id", "lower(hex(i.id))", "32 hexadecimal digits"),
                ("severity", severity, "informational to critical"),
                ("severity_rank", "i.severity", "0 to 4"), ("status", "i.status", "open, acknowledged, closed"),
                ("resolution", "i.resolution", "as what it was closed"), ("title", "i.title", "what happened"),
                ("rule", "i.rule", "id of its rule or chain"), ("entity_type", "i.entity_kind", "ip, user, host, ..."),
                ("entity", "i.entity", "what it is about"), ("first", time("i.first"), "UTC"),
                ("last", time("i.last"), "UTC"), ("first_ns", "i.first", "nanoseconds since 1970"),
                ("last_ns", "i.last", "nanoseconds since 1970"), ("count", "i.count", "records behind it"),
                ("assignee", "i.assignee", "who has it"), ("stages", "i.stages", "JSON array"),
                ("techniques", "i.techniques", "JSON array"), ("tags", "i.tags", "JSON array"),
            ]
        ),
        (
            "detections", "hits of rules", "main.detections d JOIN main.rules r ON r.seq = d.rule",
            [
                ("id", "lower(hex(d.id))", "32 hexadecimal digits"), ("rule", "r.id", "id of the rule"),
                ("title", "r.title", "title of the rule"), ("level", level, "level of the rule"),
                ("kind", "r.kind", "sigma, signature, correlation, anomaly"), ("first", time("d.first"), "UTC"),
                ("last", time("d.last"), "UTC"), ("first_ns", "d.first", "nanoseconds since 1970"),
                ("count", "d.count", "records"), ("entity_type", "d.entity_kind", "ip, user, host, ..."),
                ("entity", "d.entity", "what it is about"), ("form", "d.form", "form that matched"),
                ("fields", "d.fields", "JSON object"),
                ("input", "(SELECT n.path FROM main.inputs n WHERE n.id = d.input)", "path of its first record"),
            ]
        ),
        (
            "incident_detections", "which detections an incident has",
            "main.incident_detections x JOIN main.incidents i ON i.seq = x.incident WHERE i.parent IS NULL",
            [
                ("incident", "lower(hex(i.id))", "id"), ("detection", "lower(hex(x.detection))", "id"),
                ("ordinal", "x.ordinal", "oldest first, from 0"),
            ]
        ),
        (
            "fields", "fields of detections", "main.detections d, json_each(d.fields) f",
            [
                ("detection", "lower(hex(d.id))", "id"), ("name", "f.key", "ECS name"), ("value", "f.value", "text"),
            ]
        ),
        (
            "parties", "addresses, users, hosts, domains and hashes that incidents name",
            "main.incident_mentions m JOIN main.incidents i ON i.seq = m.incident WHERE i.parent IS NULL",
            [
                ("incident", "lower(hex(i.id))", "id"), ("field", "m.field", "ECS name"),
                ("value", "m.value", "in lower case"),
            ]
        ),
        (
            "evidence", "raw records", "main.evidence e JOIN main.detections d ON d.seq = e.detection",
            [
                ("detection", "lower(hex(d.id))", "id"), ("ordinal", "e.ordinal", "from 0"),
                ("text", "CASE WHEN e.link_type IS NULL THEN CAST(e.bytes AS TEXT) END", "of log lines"),
                ("hex", "lower(hex(e.bytes))", "the bytes"), ("sha256", "lower(hex(e.sha256))", "seal"),
                ("link_type", "e.link_type", "of frames"),
            ]
        ),
        (
            "rules", "rules that hit", "main.rules r",
            [
                ("id", "r.id", "id, or gid:sid"), ("title", "r.title", ""), ("level", level, ""),
                ("kind", "r.kind", "sigma, signature, correlation, anomaly"), ("tags", "r.tags", "JSON array"),
                ("file", "r.file", "where it stands"), ("line", "r.line", "from 1"),
            ]
        ),
        (
            "inputs", "what was read", "main.inputs n LEFT JOIN main.checkpoints c ON c.input = n.id",
            [
                ("id", "lower(hex(n.id))", "identity by content"), ("path", "n.path", "where it was last seen"),
                ("sensor", "n.sensor", "--sensor"), ("asset", "n.asset", "--asset"),
                ("records", "c.records", "read so far"),
                ("bytes", "c.offset", "read so far, decompressed"),
            ]
        ),
        (
            "runs", "runs and their sums", "main.runs r",
            [
                ("id", "r.id", "number"), ("started", time("r.started"), "UTC"),
                ("finished", time("r.finished"), "UTC"),
                ("command", "r.command", ""), ("detections", "r.detections", ""),
                ("new_incidents", "r.new_incidents", ""),
                ("grown_incidents", "r.grown_incidents", ""), ("incomplete", "r.incomplete", "1: not all was read"),
            ]
        ),
        (
            "run_inputs", "the ledger", "main.run_inputs l",
            [
                ("run", "l.run", "number"), ("path", "l.path", ""), ("format", "l.format", ""),
                ("bytes_read", "l.bytes_read", ""), ("records", "l.records", ""), ("events", "l.events", ""),
                ("unread", "l.unread", "JSON object: reason, count"), ("dropped", "l.dropped", "JSON object"),
                ("problem", "l.problem", "why it was not read to the end"),
            ]
        ),
        (
            "dead_rules", "rules that had nothing to look at", "main.dead_rules x",
            [
                ("run", "x.run", "number"), ("rule", "x.rule", "id"), ("title", "x.title", ""),
                ("reason", "x.reason", ""),
            ]
        ),
        (
            "acts", "the audit trail", "main.audit a",
            [
                ("number", "a.seq", "from 1"), ("time", time("a.time"), "UTC"), ("who", "a.who", ""),
                ("origin", "a.origin", "host and terminal"), ("act", "a.act", ""), ("subject", "a.subject", "id"),
                ("before", "a.before", "JSON"), ("after", "a.after", "JSON"), ("hash", "lower(hex(a.hash))", "SHA-256"),
            ]
        ),
        (
            "suppressions", "what need not be looked at", "main.suppressions s",
            [
                ("rule", "s.rule", ""), ("entity", "s.entity", ""), ("network", "s.network", ""),
                ("field", "s.field", ""), ("value", "s.value", ""),
                ("reason", "s.reason", ""), ("until", time("s.until"), "UTC"), ("who", "s.who", ""),
            ]
        ),
    ]

    package static let all: [View] = definitions.map { name, help, from, columns in
        let list = columns.map { "\($0.1) AS \"\($0.0)\"" }.joined(separator: ", ")
        return View(
            name: name, help: help, columns: columns.map { ($0.0, $0.2) },
            from: "CREATE TEMP VIEW \"\(name)\" AS SELECT \(list) FROM \(from)")
    }

    static var sql: String { all.map(\.from).joined(separator: ";\n") }
    static let names = Set(all.map(\.name))
}
