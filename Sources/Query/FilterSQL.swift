internal import Events
internal import Primitives
package import Storage

extension FilterExpression {
    /// The same filter for the store, values bound and never written into the text.
    package var condition: IncidentCondition {
        var compiler = FilterCompiler()
        return IncidentCondition(sql: compiler.sql(self), arguments: compiler.arguments)
    }
}

private struct FilterCompiler {
    var arguments: [StoreValue] = []

    /// Never NULL: what is unknown does not fit, so that `not` means what it says.
    mutating func sql(_ expression: FilterExpression) -> String {
        switch expression {
        case .everything: return "1"
        case .all(let parts): return parts.isEmpty ? "1" : "(" + parts.map { sql($0) }.joined(separator: " AND ") + ")"
        case .any(let parts): return parts.isEmpty ? "0" : "(" + parts.map { sql($0) }.joined(separator: " OR ") + ")"
        case .not(let inner): return "NOT \(sql(inner))"
        case .severity(let comparison, let severity):
            return "(i.severity \(comparison.rawValue) \(bind(.integer(Int64(severity.rawValue)))))"
        case .status(let status): return "((\(IncidentCondition.status)) = \(bind(.text(status.rawValue))))"
        case .text(let field, let pattern): return text(field, pattern)
        case .entity(let kind, let pattern):
            let fits = predicate("i.entity", pattern)
            return kind.map { "(\(fits) AND i.entity_kind = \(bind(.text($0))))" } ?? fits
        case .network(let network):
            let range = network.range
            return "coalesce(i.entity_ip BETWEEN \(bind(.blob(range.low))) AND \(bind(.blob(range.high))), 0)"
        case .number(let comparison, let number): return "(i.count \(comparison.rawValue) \(bind(.integer(number))))"
        case .first(let comparison, let time):
            return "(i.first \(comparison.rawValue) \(bind(.integer(time.nanoseconds))))"
        case .last(let comparison, let time):
            return "(i.last \(comparison.rawValue) \(bind(.integer(time.nanoseconds))))"
        case .about(let value): return about(value)
        case .id(let prefix): return identifier(prefix)
        case .run(let number): return run(number)
        case .unassigned: return "(i.assignee IS NULL)"
        }
    }

    private mutating func bind(_ value: StoreValue) -> String {
        arguments.append(value)
        return "?"
    }

    private mutating func predicate(_ column: String, _ pattern: FilterPattern) -> String {
        switch pattern {
        case .equal(let text): return "(fold(\(column)) = \(bind(.text(text))))"
        case .contains(let text): return "(instr(fold(\(column)), \(bind(.text(text)))) > 0)"
        case .wildcard(let text):
            let glob = text.replacing("[", with: "[[]")
            return "(fold(\(column)) GLOB \(bind(.text(glob))))"
        }
    }

    private mutating func text(_ field: FilterTextField, _ pattern: FilterPattern) -> String {
        switch field {
        case .title: return predicate("i.title", pattern)
        case .assignee: return "coalesce(\(predicate("i.assignee", pattern)), 0)"
        case .rule: return "(\(predicate("i.rule", pattern)) OR \(any("i.rules", pattern)))"
        case .technique: return any("i.techniques", pattern)
        case .stage: return any("i.stages", pattern)
        }
    }

    private mutating func any(_ column: String, _ pattern: FilterPattern) -> String {
        "EXISTS (SELECT 1 FROM json_each(\(column)) j WHERE \(predicate("j.value", pattern)))"
    }

    private mutating func about(_ value: String) -> String {
        """
        (fold(i.entity) = \(bind(.text(value))) OR EXISTS (SELECT 1 FROM incident_detections x
            JOIN detections d ON d.id = x.detection JOIN json_each(d.fields) f
            WHERE x.incident = i.seq AND fold(f.value) = \(bind(.text(value)))))
        """
    }

    private mutating func identifier(_ prefix: String) -> String {
        let filled = { (digit: String) in
            ContentID(prefix + String(repeating: digit, count: max(0, 32 - prefix.utf8.count)))?.blob ?? []
        }
        let (low, high) = (filled("0"), filled("f"))
        return """
            (i.id BETWEEN \(bind(.blob(low))) AND \(bind(.blob(high))) OR EXISTS (SELECT 1 FROM incident_aliases a
                WHERE a.incident = i.id AND a.alias BETWEEN \(bind(.blob(low))) AND \(bind(.blob(high)))))
            """
    }

    private mutating func run(_ number: Int64?) -> String {
        guard let number else {
            return "coalesce((SELECT max(id) FROM runs) IN (i.created_run, i.changed_run), 0)"
        }
        return "coalesce(\(bind(.integer(number))) IN (i.created_run, i.changed_run), 0)"
    }
}

extension ContentID {
    /// As the store keeps it: 16 bytes.
    var blob: [UInt8] { [high, low].flatMap { half in withUnsafeBytes(of: half.bigEndian) { Array($0) } } }
}

extension IPNetwork {
    /// The first and the last address, 16 bytes each.
    var range: (low: [UInt8], high: [UInt8]) {
        let high = prefix >= 64 ? UInt64(0) : UInt64.max >> UInt64(prefix)
        let rest = prefix - 64
        let low = rest >= 64 ? UInt64(0) : rest <= 0 ? UInt64.max : UInt64.max >> UInt64(rest)
        return (
            ContentID(high: address.high, low: address.low).blob,
            ContentID(high: address.high | high, low: address.low | low).blob
        )
    }
}
