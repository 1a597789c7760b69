internal import Events
internal import Primitives
internal import Storage

/// Reads the value of a condition as its field wants it.
struct FilterValues {
    private let parser: FilterParser

    init(_ parser: FilterParser) { self.parser = parser }

    static func folded(_ text: String) -> String { TextFold.fold(text) }

    func condition(
        _ field: FilterField, name: FilterToken, sign: FilterToken, value: FilterToken
    ) throws(FilterError) -> FilterExpression {
        if sign.text == "!=" {
            var equal = sign
            equal.text = "="
            return .not(try condition(field, name: name, sign: equal, value: value))
        }
        switch field.kind {
        case .severity: return .severity(try comparison(sign, name), try severity(value))
        case .status: return .status(try status(value, sign, name))
        case .text(let text): return try self.text(text, name: name, sign: sign, value: value)
        case .entity: return try entity(name: name, sign: sign, value: value)
        case .party(let names, let kind): return try party(names, kind, name: name, sign: sign, value: value)
        case .estate(let field):
            let pattern = try pattern(sign, name, value)
            return .any([.text(field, pattern), .input(.asset, pattern)])
        case .input(let input): return .input(input, try pattern(sign, name, value))
        case .resolution: return .resolution(try resolution(value, sign, name))
        case .count: return .number(try comparison(sign, name), try number(value))
        case .first: return try time(sign, name, value) { .first($0, $1) }
        case .last: return try time(sign, name, value) { .last($0, $1) }
        case .id: return .id(try identifier(value, sign, name))
        case .run: return .run(try run(value, sign, name))
        }
    }

    private func comparison(_ sign: FilterToken, _ name: FilterToken) throws(FilterError) -> FilterComparison {
        if sign.text == ":" || sign.text == "==" { return .equal }
        guard let comparison = FilterComparison(rawValue: sign.text) else {
            throw parser.failure(sign, "\"\(name.text)\" is not text, \"~\" cannot look into it", "use = or >=")
        }
        return comparison
    }

    private func onlyEqual(_ sign: FilterToken, _ name: FilterToken) throws(FilterError) {
        guard [":", "=", "=="].contains(sign.text) else {
            throw parser.failure(sign, "\"\(name.text)\" has no order", "use = or !=")
        }
    }

    private func severity(_ value: FilterToken) throws(FilterError) -> Severity {
        let names = Severity.allCases.map(\.name)
        guard let name = completed(value.text, among: names), let severity = Severity(name: name) else {
            throw parser.failure(
                value, "\"\(value.text)\" is not a severity",
                Spelling.didYouMean(value.text, names, otherwise: "one of " + names.joined(separator: ", ")))
        }
        return severity
    }

    private func status(
        _ value: FilterToken, _ sign: FilterToken, _ name: FilterToken
    ) throws(FilterError) -> IncidentStatus {
        try onlyEqual(sign, name)
        let names = IncidentStatus.allCases.map(\.rawValue)
        guard let word = completed(value.text, among: names), let status = IncidentStatus(rawValue: word) else {
            throw parser.failure(
                value, "\"\(value.text)\" is not a status",
                Spelling.didYouMean(value.text, names, otherwise: "one of " + names.joined(separator: ", ")))
        }
        return status
    }

    private func resolution(
        _ value: FilterToken, _ sign: FilterToken, _ name: FilterToken
    ) throws(FilterError) -> Resolution {
        try onlyEqual(sign, name)
        let names = Resolution.allCases.map(\.rawValue)
        guard let word = completed(value.text.replacing("_", with: "-"), among: names),
            let resolution = Resolution(rawValue: word)
        else {
            throw parser.failure(
                value, "\"\(value.text)\" is no way to close an incident",
                Spelling.didYouMean(value.text, names, otherwise: "one of " + names.joined(separator: ", ")))
        }
        return resolution
    }

    private func number(_ value: FilterToken) throws(FilterError) -> Int64 {
        guard let number = Int64(value.text.filter { $0 != "_" }) else {
            throw parser.failure(value, "\"\(value.text)\" is not a whole number")
        }
        return number
    }

    private func identifier(
        _ value: FilterToken, _ sign: FilterToken, _ name: FilterToken
    ) throws(FilterError) -> String {
        try onlyEqual(sign, name)
        let digits = value.lowered
        guard (1...32).contains(digits.utf8.count), digits.utf8.allSatisfy({ ASCII.hexValue($0) != nil }) else {
            throw parser.failure(
                value, "\"\(value.text)\" is not the beginning of an id", "ids are made of 0-9 and a-f")
        }
        return digits
    }

    private func run(_ value: FilterToken, _ sign: FilterToken, _ name: FilterToken) throws(FilterError) -> Int64? {
        try onlyEqual(sign, name)
        if value.lowered == "last" { return nil }
        guard let number = Int64(value.text) else {
            throw parser.failure(value, "\"\(value.text)\" is not a run", "give its number, or last")
        }
        return number
    }

    /// A day compares as a whole: `> 2026-03-12` begins with the day after it.
    private func time(
        _ sign: FilterToken, _ name: FilterToken, _ value: FilterToken,
        _ make: (FilterComparison, Timestamp) -> FilterExpression
    ) throws(FilterError) -> FilterExpression {
        guard let time = FilterTime(value.text, clock: parser.clock) else {
            throw parser.failure(
                value, "\"\(value.text)\" is not a time", "write 2026-03-12, 2026-03-12T18:00, 18:00, today or now")
        }
        switch try comparison(sign, name) {
        case .greaterOrEqual: return make(.greaterOrEqual, time.start)
        case .greater: return make(.greaterOrEqual, max(time.end, time.start.adding(nanoseconds: 1)))
        case .less: return make(.less, time.start)
        case .lessOrEqual: return make(.less, max(time.end, time.start.adding(nanoseconds: 1)))
        case .equal:
            let end = max(time.end, time.start.adding(nanoseconds: 1))
            return .all([make(.greaterOrEqual, time.start), make(.less, end)])
        }
    }

    private func pattern(_ sign: FilterToken, _ name: FilterToken, _ value: FilterToken) throws(FilterError)
        -> FilterPattern
    {
        let text = FilterValues.folded(value.text)
        if sign.text == "~" { return .contains(text) }
        try onlyEqual(sign, name)
        guard value.kind == .word, text.contains("*") || text.contains("?") else { return .equal(text) }
        var collapsed = ""
        for character in text where character != "*" || collapsed.last != "*" { collapsed.append(character) }
        guard collapsed.count(where: { $0 == "*" }) <= 8 else {
            throw parser.failure(value, "the pattern has more than 8 stars")
        }
        return .wildcard(collapsed)
    }

    private func text(
        _ field: FilterTextField, name: FilterToken, sign: FilterToken, value: FilterToken
    ) throws(FilterError) -> FilterExpression {
        if field == .assignee && value.lowered == "none" && sign.text != "~" { return .unassigned }
        if field == .tag && value.lowered == "none" && value.kind == .word && sign.text != "~" { return .untagged }
        let pattern = try pattern(sign, name, value)
        if field == .technique, case .equal(let id) = pattern, !id.contains(".") {
            return .any([.text(.technique, pattern), .text(.technique, .wildcard(id + ".*"))])
        }
        if field == .title, sign.text == ":", case .equal(let text) = pattern { return .text(.title, .contains(text)) }
        if field == .stage, case .equal(let text) = pattern {
            return .text(.stage, .equal(text.map { $0 == "_" || $0 == " " ? "-" : $0 }.map(String.init).joined()))
        }
        return .text(field, pattern)
    }

    private func entity(
        name: FilterToken, sign: FilterToken, value: FilterToken
    ) throws(FilterError) -> FilterExpression {
        if let network = try network(name: name, sign: sign, value: value) { return .network(network) }
        return .entity(kind: nil, try pattern(sign, name, value))
    }

    private func party(
        _ names: [String], _ kind: String?, name: FilterToken, sign: FilterToken, value: FilterToken
    ) throws(FilterError) -> FilterExpression {
        if names.contains(where: { $0.hasSuffix(".ip") }),
            let network = try network(name: name, sign: sign, value: value)
        {
            return .fieldNetwork(names, kind: kind, network)
        }
        return .field(names, kind: kind, try pattern(sign, name, value))
    }

    /// An address or a network; nil for other text.
    private func network(
        name: FilterToken, sign: FilterToken, value: FilterToken
    ) throws(FilterError) -> IPNetwork? {
        if sign.text == "~" { return nil }
        if let network = IPNetwork(value.text) {
            try onlyEqual(sign, name)
            return network
        }
        let address = String(value.text.prefix { $0 != "/" })
        if address != value.text, IPAddress(address) != nil {
            throw parser.failure(value, "\"\(value.text)\" is not a network", "for example: 203.0.113.0/24")
        }
        return nil
    }
}
