/// Four bytes of a literal by which it is looked for, or three with any byte behind them. Letters' case, and whatever
/// else differs in the bit 0x20 alone, does not count.
struct LiteralWindow: Equatable {
    /// The bytes, the first in the lowest bits.
    var value: UInt32
    /// From the literal's start to the window's; -1: the window begins with the byte before the literal.
    var offset: Int
    /// The fourth byte may be anything.
    var isOpen = false

    static let width = 4
    /// What is looked for is looked for at every second byte.
    static let stride = 2
    /// Shorter literals have no windows.
    static let minimumLiteralBytes = 3

    var mask: UInt32 { isOpen ? 0x00FF_FFFF : .max }

    @inline(__always) static func fold(_ window: UInt32) -> UInt32 { window | 0x2020_2020 }
    @inline(__always) static func fold(_ byte: UInt8) -> UInt8 { byte | 0x20 }
    /// Whether all its bytes are alike.
    @inline(__always) static func isUniform(_ window: UInt32) -> Bool { window == window << 8 | window >> 24 }
}

/// Windows of literals such that each literal has one at an even and one at an odd distance from its start: wherever
/// it stands, one of them begins at an even place of the buffer. Looking at every second place is then enough.
///
/// Of several that would do it takes what ordinary traffic rarely holds, and few of the literals themselves: words that
/// many signatures look for are words of the protocol. (A few bytes of each pattern in a small table first: Choi et
/// al., "DFC: Accelerating String Pattern Matching for Network Applications", NSDI 2016.)
struct LiteralWindows {
    /// How many literals have a window, or its first three bytes, by hash.
    private var shares = [UInt16](repeating: 0, count: 1 << LiteralWindows.shareBits)
    private static let shareBits: UInt32 = 15
    /// Of a longer content this much is searched for: windows are chosen from all of a literal.
    static let maximumBytes = 256

    /// `literals`: all that are searched for in the same buffers.
    init(_ literals: [[UInt8]]) {
        for bytes in literals where bytes.count >= LiteralWindow.width {
            let folded = bytes.map { LiteralWindow.fold($0) }
            for offset in 0...folded.count - LiteralWindow.width {
                let value = LiteralWindows.value(folded, offset)
                let (window, head) = LiteralWindows.places(value)
                shares[window] = shares[window] &+ 1
                shares[head] = shares[head] &+ 1
            }
        }
    }

    /// The windows of a literal of `minimumLiteralBytes` to `maximumBytes`. Where there are no four bytes, or all are
    /// alike, one of the four may be anything: so only literals of one byte again and again have windows of one byte.
    func choose(_ bytes: [UInt8]) -> [LiteralWindow] {
        precondition(bytes.count <= LiteralWindows.maximumBytes, "a literal is too long to choose its windows")
        let folded = bytes.map { LiteralWindow.fold($0) }
        guard folded.count >= LiteralWindow.minimumLiteralBytes else { return [] }
        return [0, 1].flatMap { whole(folded, $0) ?? LiteralWindows.open(folded, $0) }
    }

    private static func places(_ value: UInt32) -> (Int, Int) {
        let hash = { (number: UInt32) in Int((number &* 0x9E37_79B1) >> (32 - shareBits)) }
        return (hash(value), hash(value & 0x00FF_FFFF))
    }

    private func whole(_ folded: [UInt8], _ parity: Int) -> [LiteralWindow]? {
        let isUniform = folded.allSatisfy { $0 == folded[0] }
        var best: LiteralWindow?
        var least = Int.max
        let last = folded.count - LiteralWindow.width
        for offset in stride(from: parity, through: last, by: LiteralWindow.stride) {
            let value = LiteralWindows.value(folded, offset)
            if !isUniform && LiteralWindow.isUniform(value) { continue }
            let (window, head) = LiteralWindows.places(value)
            let cost =
                LiteralWindows.commonness(value)
                + LiteralWindows.weight(shares[window]) + LiteralWindows.weight(shares[head])
            if cost < least { (best, least) = (LiteralWindow(value: value, offset: offset), cost) }
        }
        return best.map { [$0] }
    }

    private static func value(_ part: some Collection<UInt8>, _ offset: Int) -> UInt32 {
        var value: UInt32 = 0
        for (place, byte) in part.dropFirst(offset).prefix(LiteralWindow.width).enumerated() {
            value |= UInt32(byte) << UInt32(8 * place)
        }
        return value
    }

    /// The first or the last three bytes with any byte behind them; else the first three with any byte before them,
    /// which are as many windows as there are such bytes.
    private static func open(_ folded: [UInt8], _ parity: Int) -> [LiteralWindow] {
        let offsets = [0, folded.count - 3].filter { offset in
            offset & 1 == parity && !(folded[offset...].prefix(3).allSatisfy { $0 == folded[offset] })
        }
        let isUniform = folded.allSatisfy { $0 == folded[0] }
        if let offset = offsets.first ?? (isUniform && parity == 0 ? 0 : nil) {
            return [LiteralWindow(value: value(folded[offset...].prefix(3) + [0x20], 0), offset: offset, isOpen: true)]
        }
        return (UInt8.min...UInt8.max).filter { LiteralWindow.fold($0) == $0 }.map { any in
            LiteralWindow(value: value([any] + folded.prefix(3), 0), offset: -1)
        }
    }

    /// As much as so many literals make of one letter against another, for each time that they double.
    private static func weight(_ literals: UInt16) -> Int { 4 * (UInt16.bitWidth - literals.leadingZeroBitCount) }

    /// How much to expect a window in ordinary traffic: text in Latin letters, and runs of one byte.
    private static func commonness(_ value: UInt32) -> Int {
        var cost = 0
        var last: UInt8?
        for place in 0..<LiteralWindow.width {
            let byte = UInt8(truncatingIfNeeded: value >> UInt32(8 * place))
            cost += costs[Int(byte)] + (byte == last ? 5 : 0)
            last = byte
        }
        return cost
    }

    private static let costs = (UInt8.min...UInt8.max).map { commonness($0) }

    /// Of a folded byte: zero is a blank, too.
    private static func commonness(_ byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: " "): 9
        case 0x30...0x39, 0xFF: 5
        case UInt8(ascii: "j"), UInt8(ascii: "q"), UInt8(ascii: "x"), UInt8(ascii: "z"): 3
        case 0x61...0x7A: "etaoinsr".utf8.contains(byte) ? 8 : 6
        case 0x2A, 0x2D, 0x2E, 0x2F, 0x3A, 0x3D: 5
        default: 2
        }
    }
}
