internal import Primitives

/// One `keyword;` or `keyword:value;` of a signature, quotes and negation taken off.
struct RuleOption {
    var name: String
    var nameAt: Range<Int>
    /// Nil where there is no colon. Escapes are as written.
    var value: [UInt8]?
    var valueAt: Range<Int>
    var quoted = false
    /// A `!` before a quoted value.
    var negated = false

    /// The value as text; fails when there is none.
    func words() throws(RuleFault) -> String {
        guard let value, !value.isEmpty else { throw RuleFault(nameAt, "\"\(name)\" needs a value") }
        return String(decoding: value, as: UTF8.self)
    }

    func noValue() throws(RuleFault) {
        if value != nil { throw RuleFault(valueAt, "\"\(name)\" takes no value") }
    }

    func fault(_ message: String, advice: String = "") -> RuleFault {
        RuleFault(value == nil || valueAt.isEmpty ? nameAt : valueAt, message, advice: advice)
    }

    /// The value's parts between commas, trimmed, each with its place.
    func parts(separator: UInt8 = ASCII.comma) throws(RuleFault) -> [OptionPart] {
        guard let value, !value.isEmpty else { throw RuleFault(nameAt, "\"\(name)\" needs a value") }
        var parts: [OptionPart] = []
        var from = 0
        while from <= value.count {
            let end = value[from...].firstIndex(of: separator) ?? value.count
            var low = from
            var high = end
            while low < high, value[low] == ASCII.space || value[low] == ASCII.tab { low += 1 }
            while high > low, value[high - 1] == ASCII.space || value[high - 1] == ASCII.tab { high -= 1 }
            let text = String(decoding: value[low..<high], as: UTF8.self)
            let at = valueAt.lowerBound
            parts.append(OptionPart(text: text, place: at + low..<max(at + high, at + low)))
            from = end + 1
        }
        return parts
    }
}

/// One comma-separated part of a value.
struct OptionPart {
    var text: String
    var place: Range<Int>

    /// A whole number, decimal or 0x.
    func number(_ what: String, in range: ClosedRange<Int>) throws(RuleFault) -> Int {
        guard let value = OptionPart.integer(text) else {
            throw RuleFault(place, "\(what) must be a whole number, not \"\(text)\"")
        }
        guard range.contains(value) else {
            throw RuleFault(place, "\(what) must lie between \(range.lowerBound) and \(range.upperBound)")
        }
        return value
    }

    /// A whole number with a unit behind it or without.
    static func sized(_ text: String) -> Int? {
        let units: [(String, Int)] = [
            ("kib", 10), ("mib", 20), ("gib", 30), ("kb", 10), ("mb", 20), ("gb", 30),
        ]
        let lower = text.lowercased()
        for (unit, shift) in units where lower.hasSuffix(unit) {
            guard let value = integer(String(text.dropLast(unit.count))), (0..<1 << 32).contains(value) else {
                return nil
            }
            return value << shift
        }
        return integer(text)
    }

    static func integer(_ text: String) -> Int? {
        let negative = text.hasPrefix("-")
        let digits = negative ? text.dropFirst() : text[...]
        guard let first = digits.utf8.first, first != ASCII.plus, first != ASCII.minus else { return nil }
        if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
            return Int(digits.dropFirst(2), radix: 16).map { negative ? -$0 : $0 }
        }
        return Int(digits).map { negative ? -$0 : $0 }
    }
}

/// Cuts the text between a signature's parentheses into options.
struct OptionScanner {
    private let bytes: [UInt8]
    private var at: Int
    private let end: Int

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        at = range.lowerBound
        end = range.upperBound
    }

    /// The next option; nil at the end. As in Suricata, a semicolon ends an option even inside quotes, unless escaped.
    mutating func next() throws(RuleFault) -> RuleOption? {
        skipBlanks()
        guard at < end else { return nil }
        let nameFrom = at
        while at < end, bytes[at] != ASCII.colon, bytes[at] != ASCII.semicolon { at += 1 }
        let nameAt = trimmed(nameFrom..<at)
        let name = String(decoding: bytes[nameAt], as: UTF8.self)
        guard !nameAt.isEmpty else { throw RuleFault(nameFrom..<max(at, nameFrom + 1), "a keyword is missing here") }
        guard at < end else { throw RuleFault(nameAt, "no \";\" after \"\(name)\"") }
        if bytes[at] == ASCII.semicolon {
            at += 1
            return RuleOption(name: name, nameAt: nameAt, value: nil, valueAt: nameAt)
        }
        at += 1
        let valueFrom = at
        while at < end, bytes[at] != ASCII.semicolon || isEscaped(at, from: valueFrom) { at += 1 }
        guard at < end else { throw RuleFault(nameAt, "no \";\" after the value of \"\(name)\"") }
        let whole = trimmed(valueFrom..<at)
        at += 1
        return try option(name, nameAt, whole)
    }

    private func option(_ name: String, _ nameAt: Range<Int>, _ whole: Range<Int>) throws(RuleFault) -> RuleOption {
        var option = RuleOption(name: name, nameAt: nameAt, value: [], valueAt: whole)
        var inner = whole
        if inner.count > 1, bytes[inner.lowerBound] == 0x21 {
            let rest = trimmed(inner.lowerBound + 1..<inner.upperBound)
            if rest.count > 0, bytes[rest.lowerBound] == ASCII.quote {
                option.negated = true
                inner = rest
            }
        }
        if inner.count > 0, bytes[inner.lowerBound] == ASCII.quote {
            guard inner.count > 1, bytes[inner.upperBound - 1] == ASCII.quote else {
                throw RuleFault(
                    whole, "the value of \"\(name)\" has no closing quote",
                    advice: "Write ; inside quotes as \\; (in content also as |3B|).")
            }
            inner = inner.lowerBound + 1..<inner.upperBound - 1
            option.quoted = true
        }
        option.value = Array(bytes[inner])
        option.valueAt = inner
        return option
    }

    /// Whether an odd number of backslashes stands before `index`. Suricata looks at one backslash only; `\\;` ends
    /// there too, which is why only the byte before counts.
    private func isEscaped(_ index: Int, from: Int) -> Bool { index > from && bytes[index - 1] == ASCII.backslash }

    private mutating func skipBlanks() {
        while at < end, OptionScanner.isBlank(bytes[at]) { at += 1 }
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high, OptionScanner.isBlank(bytes[low]) { low += 1 }
        while high > low, OptionScanner.isBlank(bytes[high - 1]) { high -= 1 }
        return low..<high
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == ASCII.space || byte == ASCII.tab }
}
