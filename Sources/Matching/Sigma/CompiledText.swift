internal import Glibc
internal import Primitives
internal import Rules

/// A `TextPattern` laid out for matching: the parts between its gaps ("segments"), each a run of elements.
struct CompiledPattern {
    var firstSegment: Int32
    var segmentCount: Int32
    /// Anything may stand before the first, behind the last segment.
    var opensBefore: Bool
    var opensBehind: Bool
    var isCased: Bool
}

struct CompiledSegment {
    var firstElement: Int32
    var elementCount: Int32
    /// Where the segment is one run of bytes: where they lie, and how many; else -1.
    var plainOffset: Int32
    var plainLength: Int32
}

struct CompiledElement {
    enum Kind: UInt8 {
        case bytes
        case oneCharacter
        case oneOf
    }

    var kind: Kind
    /// Bytes: place in the arena. Alternatives: the first of them among the elements of kind `bytes`, and their number.
    var offset: Int32
    var length: Int32
}

/// Collects patterns while rules are compiled.
struct PatternTableBuilder {
    private(set) var patterns: [CompiledPattern] = []
    private(set) var segments: [CompiledSegment] = []
    private(set) var elements: [CompiledElement] = []
    private(set) var arena: [UInt8] = []
    private var known: [TextPattern: Int] = [:]

    /// The number of `pattern`; equal patterns share it.
    mutating func add(_ pattern: TextPattern) -> Int {
        if let index = known[pattern] { return index }
        var groups: [[TextPattern.Element]] = [[]]
        for element in pattern.elements {
            if element == .gap { groups.append([]) } else { groups[groups.count - 1].append(element) }
        }
        let opensBefore = groups.count > 1 && groups[0].isEmpty
        let opensBehind = groups.count > 1 && groups[groups.count - 1].isEmpty
        let kept = groups.filter { !$0.isEmpty }
        let first = segments.count
        for group in kept {
            let segment = makeSegment(group)
            segments.append(segment)
        }
        patterns.append(
            CompiledPattern(
                firstSegment: Int32(first), segmentCount: Int32(kept.count), opensBefore: opensBefore,
                opensBehind: opensBehind, isCased: pattern.cased))
        known[pattern] = patterns.count - 1
        return patterns.count - 1
    }

    private mutating func makeSegment(_ group: [TextPattern.Element]) -> CompiledSegment {
        var alternatives: [Int: Int] = [:]
        for (index, element) in group.enumerated() {
            guard case .oneOf(let forms) = element else { continue }
            alternatives[index] = elements.count
            for form in forms { elements.append(stored(form)) }
        }
        let first = elements.count
        for (index, element) in group.enumerated() {
            switch element {
            case .bytes(let bytes): elements.append(stored(bytes))
            case .oneOf(let forms):
                elements.append(
                    CompiledElement(
                        kind: .oneOf, offset: Int32(alternatives[index] ?? 0), length: Int32(forms.count)))
            case .oneCharacter, .gap: elements.append(CompiledElement(kind: .oneCharacter, offset: 0, length: 0))
            }
        }
        let only = group.count == 1 ? elements[first] : nil
        let isPlain = only?.kind == .bytes
        return CompiledSegment(
            firstElement: Int32(first), elementCount: Int32(group.count),
            plainOffset: isPlain ? only?.offset ?? -1 : -1, plainLength: isPlain ? only?.length ?? -1 : -1)
    }

    private mutating func stored(_ bytes: [UInt8]) -> CompiledElement {
        let offset = arena.count
        arena += bytes
        return CompiledElement(kind: .bytes, offset: Int32(offset), length: Int32(bytes.count))
    }
}

/// The patterns of all rules, ready to match. No allocation.
struct PatternTable: Sendable {
    private let patterns: FrozenTable<CompiledPattern>
    private let segments: FrozenTable<CompiledSegment>
    private let elements: FrozenTable<CompiledElement>
    private let arena: FrozenTable<UInt8>

    init(
        patterns: [CompiledPattern], segments: [CompiledSegment], elements: [CompiledElement], arena: [UInt8]
    ) {
        self.patterns = FrozenTable(patterns)
        self.segments = FrozenTable(segments)
        self.elements = FrozenTable(elements)
        self.arena = FrozenTable(arena)
    }

    func free() {
        patterns.free()
        segments.free()
        elements.free()
        arena.free()
    }

    /// Whether pattern `index` covers all of `text`.
    func matches(_ index: Int, _ text: Bytes) -> Bool {
        let pattern = patterns[index]
        let count = Int(pattern.segmentCount)
        if count == 0 { return pattern.opensBefore || pattern.opensBehind || text.count == 0 }
        let first = Int(pattern.firstSegment)
        let isCased = pattern.isCased
        var from = 0
        var index = 0
        if !pattern.opensBefore {
            let end = match(segments[first], text, at: 0, isCased)
            if end < 0 { return false }
            from = end
            index = 1
            if count == 1 { return pattern.opensBehind || end == text.count }
        }
        let last = pattern.opensBehind ? count : count - 1
        while index < last {
            let end = find(segments[first + index], text, from, isCased)
            if end < 0 { return false }
            from = end
            index += 1
        }
        return pattern.opensBehind || matchesEnd(segments[first + count - 1], text, from, isCased)
    }

    /// End of `segment` where it matches at `start`, else -1.
    private func match(_ segment: CompiledSegment, _ text: Bytes, at start: Int, _ isCased: Bool) -> Int {
        if segment.plainOffset >= 0 {
            return equal(Int(segment.plainOffset), Int(segment.plainLength), text, start, isCased)
        }
        var at = start
        for number in 0..<Int(segment.elementCount) {
            let element = elements[Int(segment.firstElement) + number]
            switch element.kind {
            case .bytes: at = equal(Int(element.offset), Int(element.length), text, at, isCased)
            case .oneCharacter: at = PatternTable.characterEnd(text, at)
            case .oneOf: at = oneOf(element, text, at)
            }
            if at < 0 { return -1 }
        }
        return at
    }

    private func oneOf(_ element: CompiledElement, _ text: Bytes, _ at: Int) -> Int {
        for number in 0..<Int(element.length) {
            let form = elements[Int(element.offset) + number]
            let end = equal(Int(form.offset), Int(form.length), text, at, true)
            if end >= 0 { return end }
        }
        return -1
    }

    @inline(__always)
    private func equal(_ offset: Int, _ length: Int, _ text: Bytes, _ at: Int, _ isCased: Bool) -> Int {
        guard at + length <= text.count else { return -1 }
        let wanted = arena.base + offset
        let given = text.start + at
        if isCased { return memcmp(wanted, given, length) == 0 ? at + length : -1 }
        for index in 0..<length where ASCII.lower(given[index]) != wanted[index] { return -1 }
        return at + length
    }

    /// End of the character at `at` (UTF-8; a byte that begins none counts as one), -1 at the end of the text.
    private static func characterEnd(_ text: Bytes, _ at: Int) -> Int {
        guard at < text.count else { return -1 }
        let lead = text.start[at]
        let length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF8 ? 4 : 1
        guard length > 1, at + length <= text.count else { return at + 1 }
        for index in 1..<length where text.start[at + index] & 0xC0 != 0x80 { return at + 1 }
        return at + length
    }

    /// End of the first occurrence of `segment` at or after `from`, else -1.
    private func find(_ segment: CompiledSegment, _ text: Bytes, _ from: Int, _ isCased: Bool) -> Int {
        if segment.plainOffset >= 0 {
            return findPlain(Int(segment.plainOffset), Int(segment.plainLength), text, from, isCased)
        }
        var start = from
        while start <= text.count {
            let end = match(segment, text, at: start, isCased)
            if end >= 0 { return end }
            start += 1
        }
        return -1
    }

    private func findPlain(_ offset: Int, _ length: Int, _ text: Bytes, _ from: Int, _ isCased: Bool) -> Int {
        let last = text.count - length
        guard from <= last else { return -1 }
        if length == 0 { return from }
        let first = ByteSearch.Probe(arena.base[offset], isCased: isCased)
        let final = ByteSearch.Probe(arena.base[offset + length - 1], isCased: isCased)
        var at = ByteSearch.candidate(text, from: from, last: last, first, final, distance: length - 1)
        while at >= 0 {
            let end = equal(offset, length, text, at, isCased)
            if end >= 0 { return end }
            at = ByteSearch.candidate(text, from: at + 1, last: last, first, final, distance: length - 1)
        }
        return -1
    }

    /// Whether `segment` matches at some place at or after `from` so that it ends with the text.
    private func matchesEnd(_ segment: CompiledSegment, _ text: Bytes, _ from: Int, _ isCased: Bool) -> Bool {
        if segment.plainOffset >= 0 {
            let start = text.count - Int(segment.plainLength)
            return start >= from
                && equal(
                    Int(segment.plainOffset), Int(segment.plainLength), text, start, isCased) >= 0
        }
        var start = from
        while start <= text.count {
            if match(segment, text, at: start, isCased) == text.count { return true }
            start += 1
        }
        return false
    }
}
