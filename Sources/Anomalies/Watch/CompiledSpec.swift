internal import Events
internal import Primitives

/// A `WatchText` with its fields' places. Read for every event: nothing in it is counted or owned.
struct TextReader: Sendable {
    private let kind: Kind
    /// Up to eight places, a byte each, the first one lowest.
    private let places: UInt64
    private let count: Int
    /// Bits of the fields in `FieldGather.present`.
    private let ownMask: UInt64
    /// The input's name stands in where no field has a value.
    private let fallsBack: Bool

    private enum Kind {
        case fields
        case input
        case domain
        case subdomain
        case label
    }

    init(_ text: WatchText, _ plan: FieldPlan) {
        var found: [Int] = []
        var fallsBack = false
        switch text {
        case .field(let names):
            kind = .fields
            fallsBack = names.contains("input")
            found = names.filter { $0 != "input" }.compactMap { plan.place(of: $0) }
        case .input: kind = .input
        case .registeredDomain: kind = .domain
        case .subdomain: kind = .subdomain
        case .domainLabel: kind = .label
        }
        self.fallsBack = fallsBack
        count = min(8, found.count)
        ownMask = found.prefix(8).reduce(0) { $0 | FieldGather.bit(UInt8($1)) }
        places = found.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Bits (`FieldGather.bit`) of which an event must have one for the text not to be empty; all where any event may
    /// have the text.
    var mask: UInt64 {
        kind == .fields && !fallsBack ? ownMask : .max
    }

    /// Whether the event has none of the fields and the input's name stands in.
    @inline(__always) func isLabel(_ event: FieldGather) -> Bool { fallsBack && event.present & ownMask == 0 }

    @inline(__always) func read(_ event: FieldGather) -> Bytes {
        guard kind == .fields else { return readOther(event) }
        var rest = places
        for _ in 0..<count {
            let value = event.value(UInt8(truncatingIfNeeded: rest))
            if !value.isEmpty { return value }
            rest >>= 8
        }
        return fallsBack ? event.label : event.nothing
    }

    private func readOther(_ event: FieldGather) -> Bytes {
        switch kind {
        case .fields, .input: event.label
        case .domain: event.domain()
        case .subdomain: event.subdomain()
        case .label: event.domainLabel()
        }
    }
}

/// A `WatchNumber` with its fields' places.
final class NumberReader {
    private let fields: UnsafeMutablePointer<(place: UInt8, scale: Int64)>
    private let count: Int

    init(_ number: WatchNumber, _ plan: FieldPlan) {
        let found = number.fields.compactMap { field in
            plan.place(of: field.name).map { (place: UInt8($0), scale: field.scale) }
        }
        fields = .allocate(capacity: max(1, found.count))
        for (index, field) in found.enumerated() { (fields + index).initialize(to: field) }
        count = found.count
    }

    deinit { fields.deallocate() }

    func read(_ event: FieldGather) -> Int64 {
        for index in 0..<count {
            let value = event.value(fields[index].place)
            if !value.isEmpty, let number = NumberReader.scaled(value, fields[index].scale) { return number }
        }
        return 0
    }

    /// `12`, `12.345`: no sign, no exponent. Saturates.
    static func scaled(_ text: Bytes, _ scale: Int64) -> Int64? {
        let dot = text.firstIndex(of: ASCII.dot) ?? text.count
        guard let whole = text.prefix(dot).decimal else { return nil }
        let (product, overflows) = Int64(whole).multipliedReportingOverflow(by: scale)
        if overflows { return .max }
        var total = product
        var unit = scale / 10
        var at = dot + 1
        while at < text.count, unit > 0 {
            guard ASCII.isDigit(text[at]) else { return nil }
            total = total &+ Int64(text[at] - ASCII.zero) &* unit
            unit /= 10
            at += 1
        }
        return total < 0 ? .max : total
    }
}

/// A `WatchCondition` ready to be asked.
final class ConditionReader {
    private let text: TextReader
    private let isNegated: Bool
    private let test: Test

    private enum Test {
        case present
        case equals([[UInt8]])
        case prefix([[UInt8]])
        case ending(Set<UInt64>)
        case range(ClosedRange<Int64>)
        case place(isInternal: Bool)
    }

    init(_ condition: WatchCondition, _ plan: FieldPlan) {
        text = TextReader(condition.text, plan)
        isNegated = condition.isNegated
        switch condition.test {
        case .isPresent: test = .present
        case .equals(let words): test = .equals(words.map { Array($0.utf8) })
        case .startsWith(let words): test = .prefix(words.map { Array($0.utf8) })
        case .hasExtension(let words):
            test = .ending(Set(words.map { word in word.withBytes { ConditionReader.packed($0) } }))
        case .isAtLeast(let number): test = .range(number...Int64.max)
        case .isAtMost(let number): test = .range(Int64.min...number)
        case .isInternal: test = .place(isInternal: true)
        case .isExternal: test = .place(isInternal: false)
        }
    }

    /// Bits of which an event must have one for the condition to hold.
    var mask: UInt64 { isNegated ? .max : text.mask }

    func holds(_ event: FieldGather) -> Bool {
        let value = text.read(event)
        if value.isEmpty { return isNegated }
        return matches(value) != isNegated
    }

    private func matches(_ value: Bytes) -> Bool {
        switch test {
        case .present: return true
        case .equals(let words): return words.contains { $0.count == value.count && Self.starts(value, $0) }
        case .prefix(let words): return words.contains { Self.starts(value, $0) }
        case .ending(let endings):
            let tail = value.dropping(max(0, value.count - 9))
            guard let dot = tail.lastIndex(of: ASCII.dot) else { return false }
            return endings.contains(ConditionReader.packed(tail.dropping(dot + 1)))
        case .range(let range): return value.decimal.map { range.contains(Int64($0)) } ?? false
        case .place(let isInternal):
            return IPAddress(value).map { AddressPlace.isInternal($0) == isInternal } ?? false
        }
    }

    /// Whether `value` begins with `word`, which is in lower case.
    private static func starts(_ value: Bytes, _ word: [UInt8]) -> Bool {
        guard value.count >= word.count else { return false }
        return word.withUnsafeBufferPointer { word in
            for index in 0..<word.count where ASCII.lower(value.start[index]) != word[index] { return false }
            return true
        }
    }

    /// Up to eight letters in one number, in lower case.
    private static func packed(_ text: Bytes) -> UInt64 {
        var number: UInt64 = 0
        for index in 0..<min(8, text.count) { number = number << 8 | UInt64(ASCII.lower(text.start[index])) }
        return number
    }
}

/// Whose network an address lies in.
enum AddressPlace {
    /// Of one's own: RFC 1918, RFC 6598, RFC 4193, loopback, link-local. Multicast and broadcast count as well: what is
    /// sent there does not leave.
    static func isInternal(_ address: IPAddress) -> Bool {
        guard let v4 = address.v4 else {
            let top = address.high >> 56
            return top & 0xFE == 0xFC || top == 0xFF || address.high >> 54 == 0x3FA || address.high == 0
        }
        let first = v4 >> 24
        return first == 10 || first == 127 || v4 >> 20 == 0xAC1 || v4 >> 16 == 0xC0A8 || v4 >> 16 == 0xA9FE
            || v4 >> 22 == 0x191 || first >= 224 || first == 0
    }
}
