internal import Primitives

/// `fragbits:[*+!]MDR` and `fragoffset:[<>]N`.
enum FragmentKeywords {
    static let table: [String: Keyword] = ["fragbits": bits, "fragoffset": offset]

    private static let bits: Keyword = { option, builder in
        var mode: TCPFlagsTest.Mode = option.negated ? .none : .exact
        var bits: UInt16 = 0
        for letter in try option.words().utf8 where letter != ASCII.space && letter != ASCII.comma {
            switch ASCII.upper(letter) {
            case ASCII.plus: mode = .all
            case 0x2A: mode = .any
            case 0x21: mode = .none
            case 0x4D: bits |= 0x2000
            case 0x44: bits |= 0x4000
            case 0x52: bits |= 0x8000
            default: throw option.fault("\"fragbits\" takes M, D, R and one of + * !")
            }
        }
        guard bits != 0 else { throw option.fault("\"fragbits\" needs one of M, D, R") }
        builder.signature.tests.append(.fragmentBits(FragmentBitsTest(bits: bits, mode: mode)))
    }

    private static let offset: Keyword = { option, builder in
        var text = try option.words()
        if option.negated { text = "!" + text }
        let test = try NumberTest.parse(OptionPart(text: text, place: option.valueAt), max: 65_535)
        builder.signature.tests.append(.number(.fragmentOffset, test))
    }
}
