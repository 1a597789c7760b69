internal import Primitives

/// `flags:[modifier]FLAGS[,IGNORED]` and its name `tcp.flags`.
enum TCPFlagsKeyword {
    static let table: [String: Keyword] = ["flags": parse, "tcp.flags": parse]

    private static let bits: [(UInt8, UInt8)] = [
        (0x46, 0x01), (0x53, 0x02), (0x52, 0x04), (0x50, 0x08), (0x41, 0x10), (0x55, 0x20), (0x45, 0x40),
        (0x43, 0x80), (0x32, 0x40), (0x31, 0x80), (0x30, 0x00),
    ]

    private static let parse: Keyword = { option, builder in
        let parts = try option.parts()
        guard parts.count <= 2 else { throw option.fault("\"\(option.name)\" takes flags and a mask of ignored flags") }
        var mode: TCPFlagsTest.Mode = option.negated ? .none : .exact
        var letters = Array(parts[0].text.utf8)
        if let sign = letters.first.flatMap({ modifier($0) }) {
            mode = sign
            letters.removeFirst()
        } else if let sign = letters.last.flatMap({ modifier($0) }) {
            mode = sign
            letters.removeLast()
        }
        let flags = try read(letters, parts[0])
        let ignored = parts.count > 1 ? try read(Array(parts[1].text.utf8), parts[1]) : 0
        builder.signature.tests.append(.tcpFlags(TCPFlagsTest(flags: flags, ignored: ignored, mode: mode)))
    }

    private static func modifier(_ letter: UInt8) -> TCPFlagsTest.Mode? {
        switch letter {
        case ASCII.plus: .all
        case 0x2A: .any
        case 0x21: TCPFlagsTest.Mode.none
        default: nil
        }
    }

    private static func read(_ letters: [UInt8], _ part: OptionPart) throws(RuleFault) -> UInt8 {
        guard !letters.isEmpty else { throw RuleFault(part.place, "TCP flags are missing here") }
        var flags: UInt8 = 0
        for letter in letters where letter != ASCII.space {
            guard let bit = bits.first(where: { $0.0 == ASCII.upper(letter) }) else {
                throw RuleFault(part.place, "TCP flags are letters of F, S, R, P, A, U, E, C, or 0")
            }
            flags |= bit.1
        }
        return flags
    }
}
