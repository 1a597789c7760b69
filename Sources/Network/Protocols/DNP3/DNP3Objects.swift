internal import Primitives

/// The objects of a DNP3 message (IEEE 1815, "DNP3 Object Library"): headers, and how long the data behind each is.
struct DNP3Objects {
    enum Problem {
        case unknown
        case cut
    }

    private(set) var rest: Bytes
    private(set) var problem: Problem?
    private let hasData: Bool

    /// - Parameter hasData: requests to read name objects without their data
    init(_ bytes: Bytes, hasData: Bool) {
        rest = bytes
        self.hasData = hasData
    }

    /// The next object's group, variation and number of points; nil at the end and at damage.
    mutating func next() -> (group: UInt8, variation: UInt8, count: Int)? {
        guard problem == nil, !rest.isEmpty else { return nil }
        guard rest.count >= 3 else { return fail(.cut) }
        let (group, variation, qualifier) = (rest[0], rest[1], rest[2])
        rest = rest.dropping(3)
        guard let count = range(qualifier & 15) else { return fail(problem ?? .unknown) }
        if count > 0 && hasData && variation != 0 {
            guard skip(group, variation, count, prefix: qualifier >> 4 & 7) else { return nil }
        }
        return (group, variation, count)
    }

    private mutating func fail(_ problem: Problem) -> (group: UInt8, variation: UInt8, count: Int)? {
        self.problem = problem
        return nil
    }

    private mutating func little(_ bytes: Int) -> Int? {
        guard rest.count >= bytes else {
            problem = .cut
            return nil
        }
        var value = 0
        for index in 0..<bytes { value |= Int(rest[index]) << (8 * index) }
        rest = rest.dropping(bytes)
        return value
    }

    /// Number of points that a range field names (IEEE 1815 section 4.2.2.7.3.4).
    private mutating func range(_ code: UInt8) -> Int? {
        switch code {
        case 0, 1, 2:
            guard let first = little(1 << code), let last = little(1 << code), last >= first else { return nil }
            return last - first + 1
        case 6: return 0
        case 7, 8, 9: return little(1 << (code - 7))
        case 11: return little(1)
        default: return nil
        }
    }

    /// Passes over the points' data. False where that cannot be done.
    private mutating func skip(_ group: UInt8, _ variation: UInt8, _ count: Int, prefix: UInt8) -> Bool {
        if (4...6).contains(prefix) { return skipSized(count, bytes: 1 << (prefix - 4)) }
        guard prefix <= 3, let bits = DNP3Objects.bits(group, variation) else {
            problem = .unknown
            return false
        }
        let index = prefix == 0 ? 0 : 1 << (prefix - 1)
        let perPoint = bits / 8 + index
        let length = bits < 8 && index == 0 ? (count * bits + 7) / 8 : count * max(perPoint, bits < 8 ? index + 1 : 0)
        guard length <= rest.count else {
            problem = .cut
            return false
        }
        rest = rest.dropping(length)
        return true
    }

    private mutating func skipSized(_ count: Int, bytes: Int) -> Bool {
        for _ in 0..<count {
            guard let size = little(bytes), size <= rest.count else {
                problem = .cut
                return false
            }
            rest = rest.dropping(size)
        }
        return true
    }

    /// Sizes in bytes of the variations of groups, from variation 1 on; 0: none such.
    private static let sizes: [UInt8: [Int]] = [
        1: [0, 1], 2: [1, 7, 3], 3: [0, 1], 4: [1, 7, 3], 10: [0, 1], 11: [1, 7], 12: [11, 11], 13: [1, 7],
        20: [5, 3, 5, 3, 4, 2, 4, 2], 21: [5, 3, 5, 3, 11, 9, 11, 9, 4, 2, 4, 2], 22: [5, 3, 5, 3, 11, 9, 11, 9],
        23: [5, 3, 5, 3, 11, 9, 11, 9], 30: [5, 3, 4, 2, 5, 9], 31: [5, 3, 11, 9, 4, 2, 5, 9],
        32: [5, 3, 11, 9, 5, 9, 11, 15], 33: [5, 3, 11, 9, 5, 9, 11, 15], 34: [2, 4, 4], 40: [5, 3, 5, 9],
        41: [5, 3, 5, 9], 42: [5, 3, 11, 9, 5, 9, 11, 15], 43: [5, 3, 11, 9, 5, 9, 11, 15], 50: [6, 10, 6, 11],
        51: [6, 6], 52: [2, 2], 81: [3],
    ]

    /// Bits of a point; nil for an object that is not known.
    private static func bits(_ group: UInt8, _ variation: UInt8) -> Int? {
        switch (group, variation) {
        case (1, 1), (10, 1), (12, 3), (80, 1): return 1
        case (3, 1): return 2
        case (60, _): return 0
        case (110...114, _): return Int(variation) * 8
        default:
            guard let list = sizes[group], variation >= 1, Int(variation) <= list.count else { return nil }
            let size = list[Int(variation) - 1]
            return size > 0 ? size * 8 : nil
        }
    }
}
