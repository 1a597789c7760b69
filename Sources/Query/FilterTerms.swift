internal import Events
internal import Primitives

/// Terms without a comparison: times, and words that stand alone.
extension FilterParser {
    /// `last 24h`, `since yesterday 18:00`, `2026-11-01..2026-11-03`, `today`; nil where it is no time.
    mutating func timeTerm() throws(FilterError) -> FilterExpression? {
        let token = current
        switch token.lowered {
        case "last":
            _ = advance()
            return try lastTerm(token)
        case "since", "after":
            _ = advance()
            return .last(.greaterOrEqual, try moment(after: token).start)
        case "until":
            _ = advance()
            return .first(.less, try moment(after: token).end)
        case "before":
            _ = advance()
            return .first(.less, try moment(after: token).start)
        case "today", "yesterday":
            let time = try moment(after: token)
            return .all([.last(.greaterOrEqual, time.start), .first(.less, time.end)])
        default:
            return token.text.contains("..") ? try range() : nil
        }
    }

    private mutating func lastTerm(_ token: FilterToken) throws(FilterError) -> FilterExpression {
        let word = try value(of: token, "a duration such as 24h or 7d")
        let seconds = try seconds(word)
        return .last(.greaterOrEqual, clock.now.adding(nanoseconds: -seconds * 1_000_000_000))
    }

    /// `24h`, `2 days`, `week`.
    private mutating func seconds(_ word: FilterToken) throws(FilterError) -> Int64 {
        if let seconds = FilterTime.duration(word.text) ?? FilterTime.unit(word.text) { return seconds }
        if let count = Int64(word.text), (1...10_000).contains(count), current.kind == .word {
            let unit = advance()
            if let seconds = FilterTime.unit(unit.text) { return count * seconds }
            throw failure(
                unit, "\"\(unit.text)\" is not a unit of time",
                Spelling.didYouMean(
                    unit.text, FilterTime.units.keys.sorted(), otherwise: "minutes, hours, days, weeks or months"))
        }
        throw failure(word, "\"\(word.text)\" is not a duration", "write 90m, 24h, 7d, 2w or 2 days")
    }

    /// One or two words read as a moment.
    private mutating func moment(after token: FilterToken) throws(FilterError) -> FilterTime {
        let word = try value(of: token, "a time such as 2026-03-12, yesterday or 18:00")
        if current.kind == .word, let both = FilterTime(day: word.text, time: current.text, clock: clock) {
            _ = advance()
            return both
        }
        if let seconds = FilterTime.duration(word.text) {
            return FilterTime(start: clock.now.adding(nanoseconds: -seconds * 1_000_000_000), seconds: 0)
        }
        return try time(word, word.text)
    }

    private func time(_ token: FilterToken, _ text: String) throws(FilterError) -> FilterTime {
        guard let time = FilterTime(text, clock: clock) else {
            throw failure(
                token, "\"\(text)\" is not a time",
                "write 2026-03-12, 2026-03-12T18:00, yesterday 18:00, monday, 18:00, today or now")
        }
        return time
    }

    private mutating func range() throws(FilterError) -> FilterExpression {
        let token = advance()
        guard let dots = token.text.firstRange(of: "..") else { return .everything }
        let (from, to) = (String(token.text[..<dots.lowerBound]), String(token.text[dots.upperBound...]))
        var parts: [FilterExpression] = []
        if !from.isEmpty { parts.append(.last(.greaterOrEqual, try time(token, from).start)) }
        if !to.isEmpty { parts.append(.first(.less, try time(token, to).end)) }
        if !from.isEmpty, !to.isEmpty, try time(token, from).start >= time(token, to).end {
            throw failure(token, "the range ends before it begins", "write the earlier time first")
        }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    /// An address, a network or a status may stand alone; anything else is a mistake that deserves a hint.
    mutating func bareWord() throws(FilterError) -> FilterExpression {
        let token = advance()
        if let network = IPNetwork(token.text) { return .network(network) }
        if let status = IncidentStatus(rawValue: token.lowered) { return .status(status) }
        if FilterField.named(token.text) != nil {
            throw failure(
                token, "\"\(token.text)\" needs a comparison and a value", "for example: severity >= medium")
        }
        if let severity = Severity(name: token.lowered) {
            throw failure(token, "a severity needs a comparison", "for example: severity >= \(severity.name)")
        }
        throw failure(
            token, "\"\(token.text)\" is no field, time or address",
            Spelling.didYouMean(
                token.text, FilterField.names + FilterField.keywords,
                otherwise: "text of several words goes in quotes: title ~ \"\(token.text) ...\""))
    }
}
