/// A number in a signature, or the result of an earlier `byte_extract` or `byte_math`.
package enum StepValue: Hashable, Sendable {
    case number(Int)
    case variable(Int)

    package var number: Int? {
        if case .number(let value) = self { return value }
        return nil
    }
}

/// `content` with its modifiers.
package struct ContentStep: Sendable {
    package var bytes: [UInt8]
    package var negated = false
    package var caseless = false
    package var depth: StepValue?
    package var offset: StepValue?
    package var distance: StepValue?
    package var within: StepValue?
    package var startsWith = false
    package var endsWith = false
    /// The next step counts from this one's end, so another occurrence may have to be tried.
    package var anchorsNext = false

    package init(bytes: [UInt8], negated: Bool) {
        self.bytes = bytes
        self.negated = negated
    }

    package var isRelative: Bool { distance != nil || within != nil }
}

/// `pcre`.
package struct ExpressionStep: Sendable {
    package struct Options: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static var caseless: Options { Options(rawValue: 1) }
        package static var dotAll: Options { Options(rawValue: 2) }
        package static var multiline: Options { Options(rawValue: 4) }
        package static var extended: Options { Options(rawValue: 8) }
        package static var anchored: Options { Options(rawValue: 16) }
        package static var dollarEndOnly: Options { Options(rawValue: 32) }
        package static var ungreedy: Options { Options(rawValue: 64) }
    }

    package var pattern: [UInt8]
    package var options: Options
    package var negated: Bool
    /// `R`: from the end of the last match on.
    package var relative: Bool
    package var anchorsNext = false
    package var captures: [VariableCapture] = []
    /// Where the expression stands in the rule file, for a diagnostic when it turns out not to compile.
    package var column: Int
    package var line: Int
}

/// Comparison of a number with one or two bounds. Ranges exclude both ends, as Suricata's do.
package enum NumberTest: Hashable, Sendable {
    case equal(Int)
    case notEqual(Int)
    case less(Int)
    case lessOrEqual(Int)
    case greater(Int)
    case greaterOrEqual(Int)
    case between(Int, Int)
    case notBetween(Int, Int)
    /// The bits of the mask have this value.
    case masked(Int, Int)
    case notMasked(Int, Int)

    @inlinable
    package func holds(_ value: Int) -> Bool {
        switch self {
        case .equal(let bound): value == bound
        case .notEqual(let bound): value != bound
        case .less(let bound): value < bound
        case .lessOrEqual(let bound): value <= bound
        case .greater(let bound): value > bound
        case .greaterOrEqual(let bound): value >= bound
        case .between(let low, let high): value > low && value < high
        case .notBetween(let low, let high): value <= low || value >= high
        case .masked(let mask, let wanted): value & mask == wanted
        case .notMasked(let mask, let other): value & mask != other
        }
    }
}

/// How a number lies in the bytes: binary in either byte order, or written out.
package struct NumberFormat: Hashable, Sendable {
    package enum Radix: Int, Sendable {
        case binary = 0
        case octal = 8
        case decimal = 10
        case hexadecimal = 16
    }
    package var bytes: StepValue
    package var radix = Radix.binary
    package var littleEndian = false
    /// ANDed with the number, which is then shifted right by the mask's trailing zeros.
    package var bitmask: UInt64?
}

package struct ByteTestStep: Sendable {
    package enum Operator: String, Sendable {
        case less = "<"
        case greater = ">"
        case equal = "="
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case and = "&"
        case xor = "^"
    }
    package var format: NumberFormat
    package var comparison: Operator
    package var negated = false
    package var value: StepValue
    package var offset: StepValue
    package var relative = false
}

package struct ByteJumpStep: Sendable {
    package var format: NumberFormat
    package var offset: StepValue
    package var relative = false
    package var multiplier = 1
    package var align = false
    package var fromBeginning = false
    package var fromEnd = false
    package var postOffset = StepValue.number(0)
}

package struct ByteExtractStep: Sendable {
    package var format: NumberFormat
    package var offset: StepValue
    package var relative = false
    package var multiplier = 1
    /// 0, 2 or 4.
    package var align = 0
    package var result: Int
}

package struct ByteMathStep: Sendable {
    package enum Operator: String, Sendable {
        case plus = "+"
        case minus = "-"
        case times = "*"
        case divide = "/"
        case shiftLeft = "<<"
        case shiftRight = ">>"
    }
    package var format: NumberFormat
    package var offset: StepValue
    package var operation: Operator
    package var operand: StepValue
    package var relative = false
    package var result: Int
}

package struct DataAtStep: Sendable {
    package var position: StepValue
    package var negated: Bool
    package var relative: Bool
}

/// `base64_decode`: what stands at a place is decoded, and the base64_data section looked for in it.
package struct Base64Step: Hashable, Sendable {
    /// Encoded bytes that are read; nil: all.
    package var bytes: Int?
    package var offset = 0
    package var relative = false
}

/// One thing asked of a buffer.
package enum InspectionStep: Sendable {
    case content(ContentStep)
    case expression(ExpressionStep)
    case dataAt(DataAtStep)
    /// `bsize`, `urilen`.
    case size(NumberTest)
    case byteTest(ByteTestStep)
    case byteJump(ByteJumpStep)
    case byteExtract(ByteExtractStep)
    case byteMath(ByteMathStep)
    /// `absent`: the buffer must not be there; with `orElse`, or must match the rest.
    case absent(orElse: Bool)
    case base64(Base64Step)
    case dataset(DatasetStep)
    /// At this offset the buffer has a number in eight bytes, most significant first.
    case number(NumberTest, at: Int = 0)
    case entropy(EntropyStep)
    case asn1(ASN1Step)
}

/// `asn1`: what begins at a place, read as BER (ITU-T X.690), has an element that is odd in one of these ways.
package struct ASN1Step: Hashable, Sendable {
    /// An element says that it is longer.
    package var oversizeBytes: UInt32?
    /// A bit string says that more bits of it are unused than it has.
    package var bitStringOverflow = false
    /// A real number in characters has more than 256 of them.
    package var doubleOverflow = false
    package var offset: Int?
    /// From the end of the match before.
    package var relativeOffset: Int?
}

/// `entropy`: bits of information in each byte (Shannon), of the whole buffer or of a part of it.
package struct EntropyStep: Sendable {
    /// How the entropy is compared with `value`.
    package enum Comparison: Sendable {
        case equal
        case notEqual
        case less
        case lessOrEqual
        case greater
        case greaterOrEqual
    }
    package var comparison: Comparison
    package var value: Double
    package var offset = 0
    /// Nil: to the buffer's end.
    package var bytes: Int?

    package func holds(_ entropy: Double) -> Bool {
        switch comparison {
        case .equal: entropy == value
        case .notEqual: entropy != value
        case .less: entropy < value
        case .lessOrEqual: entropy <= value
        case .greater: entropy > value
        case .greaterOrEqual: entropy >= value
        }
    }
}

/// What is done to a buffer before it is looked at.
package enum BufferTransform: Hashable, Sendable {
    case dotPrefix
    case toLowercase
    case toUppercase
    case stripWhitespace
    case compressWhitespace
    case headerLowercase
    case stripPseudoHeaders
    case urlDecode
    /// `domain`, `tld`: of a host name, what somebody registered and the suffix it was registered under; nothing where
    /// the name is itself a suffix.
    case domain
    case topLevelDomain
    case xor([UInt8])
    /// The buffer as it is, but only where it holds the whole of a file or body.
    case wholeFile
    case md5
    case sha1
    case sha256
    /// `pcrexform`: the buffer becomes what the expression's first group caught.
    case expression([UInt8])
    case base64(Base64Transform)
    /// Most bytes of output.
    case gunzip(Int)
    case inflate(Int)
    /// Of what `BufferKind.frame` holds those of this number (`FrameKind`), without the byte that says so.
    case frame(UInt8)
}

/// `from_base64`: which bytes are decoded, and how strictly.
package struct Base64Transform: Hashable, Sendable {
    package enum Mode: String, Sendable {
        /// Nothing but the alphabet and correct padding.
        case strict
        /// Bytes outside the alphabet are passed over.
        case rfc2045
        /// Decoding ends at the first byte outside the alphabet.
        case rfc4648
    }
    package var mode: Mode
    package var bytes: Int?
    package var offset: Int

    package init(mode: Mode = .rfc4648, bytes: Int? = nil, offset: Int = 0) {
        self.mode = mode
        self.bytes = bytes
        self.offset = offset
    }
}
