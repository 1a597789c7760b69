internal import Events
internal import Primitives
package import Storage

extension FilterExpression {
    /// The same filter for the store, values bound and never written into the text.
    package var condition: IncidentCondition {
        var compiler = FilterCompiler()
        let (sql, required) = compiler.conjunction(self)
        var condition = IncidentCondition(sql: sql, arguments: compiler.arguments)
        condition.required = required
        return condition
    }
}

private struct FilterCompiler {
    var arguments: [StoreValue] = []

    /// With the numbers of the sets without which nothing fits.
    mutating func conjunction(_ expression: FilterExpression) -> (sql: String, required: Set<Int>) {
        let parts =
            switch expression {
            case .all(let parts): parts
            default: [expression]
            }
        var (ways, required): ([String], Set<Int>) = ([], [])
        for part in parts {
            let way = sql(part)
            ways.append(way)
            let rows = IncidentCondition.rows
            if way == rows || way == "(\(rows))" || way.hasPrefix("(\(rows) AND ") { required.insert(sets - 1) }
        }
        return (ways.isEmpty ? "1" : "(" + ways.joined(separator: " AND ") + ")", required)
    }

    /// How many sets there are so far.
    private var sets: Int { arguments.count { if case .rows = $0 { true } else { false } } }

    /// Never NULL: what is unknown does not fit, so that `not` means what it says.
    mutating func sql(_ expression: FilterExpression) -> String {
        switch expression {
        case .everything: return "1"
        case .all(let parts): return parts.isEmpty ? "1" : "(" + parts.map { sql($0) }.joined(separator: " AND ") + ")"
        case .any(let parts): return any(parts)
        case .not(let inner): return "NOT \(sql(inner))"
        case .severity(let comparison, let severity):
            return "(i.severity \(comparison.rawValue) \(bind(.integer(Int64(severity.rawValue)))))"
        case .status(let status): return IncidentCondition.status(status)
        case .text(let field, let pattern): return text(field, pattern)
        case .entity(let kind, let pattern): return entity(kind, pattern)
        case .network(let network):
            return set { "SELECT seq FROM incidents WHERE entity_ip \($0.range(network))" }
        case .field(let names, let kind, let pattern): return field(names, kind, pattern)
        case .fieldNetwork(let names, let kind, let network): return field(names, kind, network)
        case .input(let field, let pattern): return input(field, pattern)
        case .resolution(let resolution):
            return "coalesce(i.resolution = \(bind(.text(resolution.rawValue))), 0)"
        case .untagged: return "(i.tags = '[]')"
        case .number(let comparison, let number): return "(i.count \(comparison.rawValue) \(bind(.integer(number))))"
        case .first(let comparison, let time):
            return "(i.first \(comparison.rawValue) \(bind(.integer(time.nanoseconds))))"
        case .last(let comparison, let time):
            return "(i.last \(comparison.rawValue) \(bind(.integer(time.nanoseconds))))"
        case .about(let value): return about(value)
        case .aboutNetwork(let network):
            return set {
                "SELECT seq FROM incidents WHERE entity_ip \($0.range(network)) UNION ALL \($0.mentioning(network))"
            }
        case .id(let prefix): return identifier(prefix)
        case .run(let number): return run(number)
        case .unassigned: return "(i.assignee IS NULL)"
        }
    }

    /// What is found first is found together.
    private mutating func any(_ parts: [FilterExpression]) -> String {
        var ways: [String] = []
        var (queries, values): ([String], [StoreValue]) = ([], [])
        for part in parts {
            let way = sql(part)
            if way == IncidentCondition.rows, queries.count < FilterCompiler.maximumUnion,
                case .rows(let query, let bound)? = arguments.last
            {
                arguments.removeLast()
                queries.append(query)
                values += bound
            } else {
                ways.append(way)
            }
        }
        if !queries.isEmpty {
            arguments.append(.rows(queries.joined(separator: " UNION ALL "), values))
            ways.append(IncidentCondition.rows)
        }
        return ways.isEmpty ? "0" : "(" + ways.joined(separator: " OR ") + ")"
    }

    /// SQLite takes 500 parts of a query at most; each of these has up to three.
    private static let maximumUnion = 100

    private mutating func bind(_ value: StoreValue) -> String {
        arguments.append(value)
        return "?"
    }

    /// Incidents whose row numbers a query answers: found first, and then looked up or asked for, as many as they are.
    private mutating func set(_ query: (inout FilterCompiler) -> String) -> String {
        var inner = FilterCompiler()
        let sql = query(&inner)
        arguments.append(.rows(sql, inner.arguments))
        return IncidentCondition.rows
    }

    private mutating func range(_ network: IPNetwork) -> String {
        let (low, high) = network.range
        return "BETWEEN \(bind(.blob(low))) AND \(bind(.blob(high)))"
    }

    /// On a column that holds folded text.
    private mutating func predicate(_ column: String, _ pattern: FilterPattern) -> String {
        switch pattern {
        case .equal(let text): return "(\(column) = \(bind(.text(text))))"
        case .contains(let text): return "(instr(\(column), \(bind(.text(text)))) > 0)"
        case .wildcard(let text):
            let glob = text.replacing("[", with: "[[]")
            return "(\(column) GLOB \(bind(.text(glob))))"
        }
    }

    private mutating func text(_ field: FilterTextField, _ pattern: FilterPattern) -> String {
        switch field {
        case .title: return predicate("i.title_key", pattern)
        case .assignee: return "(i.assignee IS NOT NULL AND \(predicate("fold(i.assignee)", pattern)))"
        case .rule, .technique, .stage, .tag, .asset, .owner, .agency:
            return set {
                "SELECT incident FROM incident_terms WHERE kind = '\(field.rawValue)' AND "
                    + $0.predicate("value", pattern)
            }
        }
    }

    private mutating func entity(_ kind: String?, _ pattern: FilterPattern) -> String {
        let fits = set { "SELECT seq FROM incidents WHERE \($0.predicate("entity_key", pattern))" }
        return kind.map { "(\(fits) AND i.entity_kind = \(bind(.text($0))))" } ?? fits
    }

    private mutating func input(_ field: FilterInputField, _ pattern: FilterPattern) -> String {
        set {
            "SELECT incident FROM incident_terms WHERE kind = 'input' AND value IN (SELECT lower(hex(id)) FROM inputs "
                + "WHERE coalesce(\($0.predicate("fold(\(field.rawValue))", pattern)), 0))"
        }
    }

    /// Fields that name parties are looked up; others are searched for in what is kept of each incident's values.
    private mutating func field(_ names: [String], _ kind: String?, _ pattern: FilterPattern) -> String {
        set { $0.naming(names, kind, pattern) }
    }

    private mutating func naming(_ names: [String], _ kind: String?, _ pattern: FilterPattern) -> String {
        var sets: [String] = []
        if let kind {
            let fits = predicate("entity_key", pattern)
            sets.append("SELECT seq FROM incidents WHERE \(fits) AND entity_kind = \(bind(.text(kind)))")
        }
        let list = { (names: [String]) in names.map { "'\($0)'" }.joined(separator: ", ") }
        let parties = names.filter { Mentions.isParty($0) }
        if !parties.isEmpty {
            sets.append(
                "SELECT incident FROM incident_mentions WHERE field IN (\(list(parties))) AND "
                    + predicate("value", pattern))
        }
        let others = names.filter { !Mentions.isParty($0) }
        if !others.isEmpty {
            let probe = probe(pattern)
            sets.append(
                "SELECT incident FROM incident_values WHERE field IN (SELECT seq FROM value_fields WHERE name IN "
                    + "(\(list(others)))) AND sieve_fits(sieve, \(bind(probe))) AND words_fit(words, \(bind(probe)))")
        }
        return sets.isEmpty ? "SELECT 0 WHERE 0" : sets.joined(separator: " UNION ALL ")
    }

    private func probe(_ pattern: FilterPattern) -> StoreValue {
        switch pattern {
        case .equal(let text): .blob(ValueProbe.blob(.equal, text))
        case .contains(let text): .blob(ValueProbe.blob(.contains, text))
        case .wildcard(let text): .blob(ValueProbe.blob(.wildcard, text))
        }
    }

    private mutating func field(_ names: [String], _ kind: String?, _ network: IPNetwork) -> String {
        set { set in
            var ways: [String] = []
            if let kind {
                ways.append(
                    "SELECT seq FROM incidents WHERE entity_ip \(set.range(network)) AND entity_kind = "
                        + set.bind(.text(kind)))
            }
            let list = names.map { "'\($0)'" }.joined(separator: ", ")
            // The plus keeps the field out of the choice of an index: the network narrows down far more.
            ways.append("\(set.mentioning(network)) AND +field IN (\(list))")
            return ways.joined(separator: " UNION ALL ")
        }
    }

    /// Rows of incidents that name an address in the network; of a wide one by what it is made of.
    private mutating func mentioning(_ network: IPNetwork) -> String {
        guard let (low, high) = NetworkTable.range(network) else {
            return "SELECT incident FROM incident_mentions WHERE ip \(range(network))"
        }
        return "SELECT incident FROM incident_networks WHERE network BETWEEN \(bind(.blob(low))) AND "
            + bind(.blob(high))
    }

    private mutating func about(_ value: String) -> String {
        set {
            "SELECT seq FROM incidents WHERE entity_key = \($0.bind(.text(value))) UNION ALL SELECT incident "
                + "FROM incident_mentions WHERE field IN (SELECT name FROM mention_fields) "
                + "AND value = \($0.bind(.text(value)))"
        }
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
