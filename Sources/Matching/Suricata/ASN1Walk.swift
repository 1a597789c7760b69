internal import Primitives
internal import Rules

/// Reads elements in BER (ITU-T X.690) for the keyword `asn1`, as Suricata does: those that stand one behind the other,
/// and within sequences and sets. What does not read as an element ends the reading; what was read before counts.
struct ASN1Walk {
    /// Elements one behind the other, and within each other (Suricata: `asn1-max-frames`).
    private static let maximumFrames = 256

    private let step: ASN1Step
    private let bytes: Bytes
    private var isOdd = false

    private init(_ step: ASN1Step, _ bytes: Bytes) {
        self.step = step
        self.bytes = bytes
    }

    /// `position`: the end of the match before.
    static func finds(_ step: ASN1Step, _ bytes: Bytes, _ position: Int) -> Bool {
        let from = step.offset ?? step.relativeOffset.map { position + $0 } ?? 0
        guard from >= 0, from <= 65_535, from < bytes.count else { return false }
        var walk = ASN1Walk(step, bytes.dropping(from))
        var at = 0
        for _ in 0..<maximumFrames {
            if at == walk.bytes.count { return false }
            guard let next = walk.element(at, walk.bytes.count, depth: 1) else { return false }
            if walk.isOdd { return true }
            at = next
        }
        return false
    }

    /// Where the element at `at` ends; nil where none is there whole.
    private mutating func element(_ at: Int, _ end: Int, depth: Int) -> Int? {
        guard depth <= ASN1Walk.maximumFrames, let head = head(at, end) else { return nil }
        guard let length = head.length else { return open(head, end, depth) }
        guard length <= end - head.content else { return nil }
        judge(head, length)
        let stop = head.content + length
        return !head.holdsElements || elements(head.content, stop, depth) ? stop : nil
    }

    private mutating func elements(_ from: Int, _ end: Int, _ depth: Int) -> Bool {
        var at = from
        while at < end {
            guard let next = element(at, end, depth: depth + 1) else { return false }
            at = next
        }
        return true
    }

    /// An element without a length ends at two zero bytes (section 8.1.5).
    private mutating func open(_ head: Head, _ end: Int, _ depth: Int) -> Int? {
        var at = head.content
        while at + 2 <= end {
            if bytes[at] == 0 && bytes[at + 1] == 0 { return at + 2 }
            guard let next = element(at, end, depth: depth + 1) else { return nil }
            at = next
        }
        return nil
    }

    private mutating func judge(_ head: Head, _ length: Int) {
        if let most = step.oversizeBytes, length > Int(most) { isOdd = true }
        guard head.isPlain, length > 0 else { return }
        if step.bitStringOverflow, head.tag == 3, Int(bytes[head.content]) > length * 8 { isOdd = true }
        if step.doubleOverflow, head.tag == 9, length > 256, bytes[head.content] & 0xC0 == 0 { isOdd = true }
    }

    private struct Head {
        var tag: Int
        var isUniversal: Bool
        var isConstructed: Bool
        /// Nil: it has none.
        var length: Int?
        var content: Int

        var isPlain: Bool { isUniversal && !isConstructed }
        var holdsElements: Bool { isUniversal && isConstructed && (tag == 16 || tag == 17) }
    }

    /// Tag and length (sections 8.1.2 and 8.1.3); nil where they are not whole, or the length takes more than eight
    /// bytes.
    private func head(_ from: Int, _ end: Int) -> Head? {
        guard from < end else { return nil }
        let first = bytes[from]
        var at = from + 1
        var tag = Int(first & 31)
        if tag == 31 {
            tag = 0
            var more = true
            while more {
                guard at < end, tag < 1 << 40 else { return nil }
                tag = tag << 7 | Int(bytes[at] & 0x7F)
                more = bytes[at] & 0x80 != 0
                at += 1
            }
        }
        guard at < end else { return nil }
        var length: Int? = Int(bytes[at])
        let count = Int(bytes[at] & 0x7F)
        at += 1
        if bytes[at - 1] & 0x80 != 0 {
            guard count <= 8, count <= end - at else { return nil }
            var value: UInt64 = 0
            for index in 0..<count { value = value << 8 | UInt64(bytes[at + index]) }
            length = count == 0 ? nil : Int(clamping: value)
            at += count
        }
        let isConstructed = first & 0x20 != 0
        if length == nil && !isConstructed { return nil }
        return Head(
            tag: tag, isUniversal: first & 0xC0 == 0, isConstructed: isConstructed, length: length, content: at)
    }
}
