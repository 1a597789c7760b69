internal import Events
internal import Primitives

/// `bsize`, `urilen`, `dsize`, `isdataat`, `absent`: how much there is.
enum SizeKeywords {
    static let table: [String: Keyword] = [
        "bsize": bufferSize, "urilen": uriLength, "dsize": payloadSize, "isdataat": dataAt, "absent": absent,
    ]

    private static let bufferSize: Keyword = { option, builder in
        let test = try NumberTest.parse(OptionPart(text: try option.words(), place: option.valueAt), max: 0x7FFF_FFFF)
        if builder.looksAtPayload {
            throw RuleFault(
                option.nameAt, "\"bsize\" needs a sticky buffer before it", advice: "For the payload use dsize.")
        }
        builder.append(.size(test), relative: false, at: option.valueAt)
    }

    private static let uriLength: Keyword = { option, builder in
        let parts = try option.parts()
        let test = try NumberTest.parse(parts[0], max: 65_535)
        var kind = BufferKind.httpURI
        if parts.count > 1 {
            guard parts.count == 2, parts[1].text == "raw" || parts[1].text == "norm" else {
                throw option.fault("\"urilen\" takes a size, then perhaps \"raw\" or \"norm\"")
            }
            if parts[1].text == "raw" { kind = .httpURIRaw }
        }
        let section = builder.section(for: BufferView(kind), fresh: false, at: option.valueAt)
        builder.signature.sections[section].steps.append(.size(test))
    }

    private static let payloadSize: Keyword = { option, builder in
        try builder.once(option)
        let test = try NumberTest.parse(OptionPart(text: try option.words(), place: option.valueAt), max: 65_535)
        builder.signature.tests.append(.payloadSize(test))
    }

    private static let dataAt: Keyword = { option, builder in
        var parts = try option.parts()
        var negated = option.negated
        if parts[0].text.hasPrefix("!") {
            negated = true
            parts[0].text.removeFirst()
        }
        let position = try builder.value(parts[0], "the position", in: 0...65_535)
        var relative = false
        for part in parts.dropFirst() {
            switch part.text {
            case "relative": relative = true
            case "rawbytes": break
            default: throw RuleFault(part.place, "\"isdataat\" knows relative and rawbytes, not \"\(part.text)\"")
            }
        }
        let step = DataAtStep(position: position, negated: negated, relative: relative)
        builder.append(.dataAt(step), relative: relative, at: option.valueAt)
    }

    private static let absent: Keyword = { option, builder in
        if option.value != nil, try option.words() != "or_else" {
            throw option.fault("\"absent\" takes or_else or nothing")
        }
        guard !builder.looksAtPayload else {
            throw RuleFault(option.nameAt, "\"absent\" needs a sticky buffer before it")
        }
        builder.append(.absent(orElse: option.value != nil), relative: false, at: option.nameAt)
    }
}

extension NumberTest {
    /// `8`, `=8`, `!8`, `!=8`, `<8`, `<=8`, `>8`, `>=8`, `4<>8` or `4-8` (both ends excluded), `!4<>8`, `&0xC0=0x80`;
    /// numbers may end in kb, mb, gb or kib, mib, gib. Source: Suricata User Guide, "Integer Keywords".
    static func parse(_ part: OptionPart, max: Int) throws(RuleFault) -> NumberTest {
        var text = part.text.filter { $0 != " " }
        func number(_ digits: some StringProtocol) throws(RuleFault) -> Int {
            guard let value = OptionPart.sized(String(digits)), value >= 0, value <= max else {
                throw RuleFault(part.place, "\"\(part.text)\" is no number from 0 to \(max), nor a comparison with one")
            }
            return value
        }
        let signs: [(String, (Int) -> NumberTest)] = [
            ("<=", { .lessOrEqual($0) }), (">=", { .greaterOrEqual($0) }), ("!=", { .notEqual($0) }),
            ("<", { .less($0) }), (">", { .greater($0) }), ("=", { .equal($0) }),
        ]
        for (sign, make) in signs where text.hasPrefix(sign) && !text.hasPrefix("<>") {
            return make(try number(text.dropFirst(sign.count)))
        }
        let negated = text.hasPrefix("!")
        if negated { text.removeFirst() }
        if text.hasPrefix("&"), let sign = text.firstIndex(of: "=") {
            let differs = text[..<sign].hasSuffix("!")
            let mask = try number(text[..<sign].dropFirst().filter { $0 != "!" })
            let value = try number(text[text.index(after: sign)...])
            guard value & ~mask == 0 else { throw RuleFault(part.place, "the mask leaves no such value") }
            return differs != negated ? .notMasked(mask, value) : .masked(mask, value)
        }
        let bounds = text.split(separator: "-", omittingEmptySubsequences: false)
        let pair = text.contains("<>") ? halves(text) : bounds.count == 2 ? (String(bounds[0]), String(bounds[1])) : nil
        if let pair {
            let (low, high) = (try number(pair.0), try number(pair.1))
            guard low < high else { throw RuleFault(part.place, "the first number must be the smaller one") }
            guard high - low > 1 else { throw RuleFault(part.place, "no number lies between \(low) and \(high)") }
            return negated ? .notBetween(low, high) : .between(low, high)
        }
        let value = try number(text)
        return negated ? .notEqual(value) : .equal(value)
    }

    private static func halves(_ text: String) -> (String, String)? {
        let bytes = Array(text.utf8)
        guard
            let at = bytes.indices.dropLast().first(where: { bytes[$0] == ASCII.less && bytes[$0 + 1] == ASCII.greater }
            )
        else { return nil }
        return (String(decoding: bytes[..<at], as: UTF8.self), String(decoding: bytes[(at + 2)...], as: UTF8.self))
    }
}
