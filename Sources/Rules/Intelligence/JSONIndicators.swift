internal import Primitives

/// JSON lists: a STIX 2.1 bundle (OASIS, "STIX Version 2.1", section 4.7: indicators and their patterns) or MISP's JSON
/// (misp-project.org, "MISP core format": attributes of events and their objects). Every object anywhere in the text
/// that has the look of one of these is taken, so feeds that wrap them are read too.
enum JSONIndicators {
    static func isIt(_ text: Bytes) -> Bool {
        var at = 0
        while at < text.count, text.start[at] <= ASCII.space { at += 1 }
        return at < text.count && (text.start[at] == UInt8(ascii: "{") || text.start[at] == UInt8(ascii: "["))
    }

    static func read(_ text: Bytes, _ list: inout IndicatorList, _ take: (Indicator) -> Void) {
        var walker = JSONWalker(text)
        // MISP says what an event is about before it lists its attributes.
        var about = ""
        let isWhole = walker.walk { object in
            if let info = object["info"] { about = info }
            if object["type"] == "indicator" || object["pattern_type"] != nil {
                stix(object, &list, take)
            } else if let type = object["type"], let value = object["value"] {
                misp(type, value, object, about, &list, take)
            }
        }
        if !isWhole { list.stop("the JSON is damaged at byte \(walker.position)") }
    }

    private static func stix(
        _ object: [String: String], _ list: inout IndicatorList, _ take: (Indicator) -> Void
    ) {
        guard object["pattern_type"] ?? "stix" == "stix", let pattern = object["pattern"] else {
            return list.pass("pattern of another language than STIX")
        }
        if object["revoked"] == "true" { return list.pass("revoked") }
        let note = object["name"] ?? object["description"] ?? ""
        let expires = IndicatorTypes.seconds(object["valid_until"] ?? "")
        let comparisons = STIXPattern.comparisons(pattern)
        guard let comparisons else { return list.pass("pattern that asks for several things at once") }
        if comparisons.isEmpty { list.pass("pattern about something else") }
        for (kind, value) in comparisons { list.add(value, hint: kind, note: note, expires: expires, take) }
    }

    private static func misp(
        _ type: String, _ value: String, _ object: [String: String], _ about: String, _ list: inout IndicatorList,
        _ take: (Indicator) -> Void
    ) {
        guard let kind = IndicatorTypes.kind(type) else { return list.pass("type \(type.prefix(40))") }
        if object["to_ids"] == "false" { return list.pass("not for detection (to_ids)") }
        if object["deleted"] == "true" { return list.pass("deleted") }
        var written = value
        if kind == .address { written = IndicatorTypes.withoutPort(written) }
        if kind == .hash, let bar = written.lastIndex(of: "|") {
            written = String(written[written.index(after: bar)...])
        }
        let comment = object["comment"] ?? ""
        list.add(written, hint: kind, note: comment.isEmpty ? about : comment, take)
    }
}

/// The comparisons of a STIX pattern (section 9): `[domain-name:value = 'x' OR ipv4-addr:value IN ('a', 'b')]`.
enum STIXPattern {
    /// What any of which is to be found; nil where several things must be seen together.
    static func comparisons(_ pattern: String) -> [(kind: IndicatorKind, value: String)]? {
        let upper = pattern.uppercased()
        for word in [" AND ", " FOLLOWEDBY ", " NOT "] where upper.firstRange(of: word) != nil { return nil }
        var found: [(kind: IndicatorKind, value: String)] = []
        var rest = pattern[...]
        while let open = rest.firstIndex(of: "'") {
            let path = rest[..<open]
            // A quoted part of a path (`file:hashes.'SHA-256'`) is followed by the comparison.
            guard let close = end(of: rest[rest.index(after: open)...]) else { return found }
            let value = rest[rest.index(after: open)..<close]
            let behind = rest[rest.index(after: close)...]
            if path.hasSuffix("hashes.") {
                guard let quote = behind.firstIndex(of: "'"),
                    let last = end(of: behind[behind.index(after: quote)...])
                else { return found }
                let digest = behind[behind.index(after: quote)..<last]
                found.append((.hash, unescaped(digest)))
                rest = behind[behind.index(after: last)...]
                continue
            }
            if let kind = kind(path, before: found.last?.kind) { found.append((kind, unescaped(value))) }
            rest = behind
        }
        return found
    }

    /// The object whose value is compared; a further value of a set is of the same kind as the one before.
    private static func kind(_ path: Substring, before: IndicatorKind?) -> IndicatorKind? {
        let text = path.lowercased()
        let kinds: [(String, IndicatorKind)] = [
            ("ipv4-addr:value", .address), ("ipv6-addr:value", .address), ("domain-name:value", .domain),
            ("url:value", .url), ("file:hashes.", .hash), ("x-ja3:value", .ja3), ("ja3", .ja3), ("ja4", .ja4),
        ]
        if let found = kinds.first(where: { text.firstRange(of: $0.0) != nil }) { return found.1 }
        return text.allSatisfy { " ,(".contains($0) } ? before : nil
    }

    private static func end(of text: Substring) -> String.Index? {
        var at = text.startIndex
        while at < text.endIndex {
            if text[at] == "\\" {
                at = text.index(after: at)
                if at == text.endIndex { return nil }
            } else if text[at] == "'" {
                return at
            }
            at = text.index(after: at)
        }
        return nil
    }

    private static func unescaped(_ text: Substring) -> String {
        String(text).replacing("\\'", with: "'").replacing("\\\\", with: "\\")
    }
}
