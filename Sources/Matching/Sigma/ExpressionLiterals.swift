internal import Primitives

/// Bytes of which at least one run must stand in every text that a regular expression matches.
///
/// A cautious reading: what it does not know makes it answer nil ("may match anything"), never a literal that a match
/// could do without.
struct ExpressionLiterals {
    private var rest: ArraySlice<UInt8>
    private var isCaseless: Bool
    private var gaveUp = false
    private var depth = 0

    /// The alternatives, one of which must occur; nil where none are known.
    static func required(_ pattern: String, caseless: Bool) -> [LiteralPattern]? {
        var reader = ExpressionLiterals(rest: Array(pattern.utf8)[...], isCaseless: caseless)
        reader.readLeadingFlags()
        let runs = reader.alternation()
        guard !reader.gaveUp, reader.rest.isEmpty, let runs, !runs.isEmpty else { return nil }
        return runs.map { LiteralPattern(reader.isCaseless ? $0.map(ASCII.lower) : $0, caseless: reader.isCaseless) }
    }

    private init(rest: ArraySlice<UInt8>, isCaseless: Bool) {
        self.rest = rest
        self.isCaseless = isCaseless
    }

    /// `(?i)`, `(?s)`, `(?m)` at the very start hold for the whole.
    private mutating func readLeadingFlags() {
        guard rest.starts(with: Array("(?".utf8)), let end = rest.firstIndex(of: 0x29) else { return }
        let flags = rest[(rest.startIndex + 2)..<end]
        guard !flags.isEmpty, flags.allSatisfy({ $0 == 0x69 || $0 == 0x6D || $0 == 0x73 }) else { return }
        if flags.contains(0x69) { isCaseless = true }
        rest = rest[(end + 1)...]
    }

    private mutating func alternation() -> [[UInt8]]? {
        depth += 1
        defer { depth -= 1 }
        if depth > 32 { gaveUp = true }
        var all: [[UInt8]]? = []
        while true {
            let branch = concatenation()
            if let branch, all != nil { all?.append(contentsOf: branch) } else { all = nil }
            if gaveUp || rest.first != 0x7C { break }
            rest.removeFirst()
        }
        return all
    }

    /// What one branch cannot do without: the rarest of its runs of bytes and of its groups. A byte that may be missing
    /// (`log-?in`) makes two runs of each.
    private mutating func concatenation() -> [[UInt8]]? {
        var best: [[UInt8]]?
        var runs: [[UInt8]] = [[]]
        func offer(_ set: [[UInt8]]) {
            let weight = ExpressionLiterals.weight
            if weight(set) > (best.map(weight) ?? 0) { best = set }
        }
        while !gaveUp, let byte = rest.first, byte != 0x7C, byte != 0x29 {
            rest.removeFirst()
            var literal: [UInt8]?
            var group: [[UInt8]]?
            switch byte {
            case 0x28: group = readGroup()
            case 0x5B: group = readClass()
            case 0x5C: literal = readEscape().map { [$0] }
            case 0x2E, 0x5E, 0x24: break
            case 0x2A, 0x2B, 0x3F: gaveUp = true
            default: literal = character(byte)
            }
            let quantifier = readQuantifier()
            if let literal, quantifier == .optional, runs.count < ExpressionLiterals.maximumRuns {
                runs += runs.map { $0 + literal }
                continue
            }
            if let literal, quantifier.least > 0 {
                runs = runs.map { $0 + literal }
                if quantifier == .plain { continue }
            }
            if let group, byte == 0x5B, quantifier == .plain,
                runs.count * group.count <= ExpressionLiterals.maximumRuns
            {
                runs = runs.flatMap { run in group.map { run + $0 } }
                continue
            }
            offer(runs)
            runs = [[]]
            if let group, quantifier.least > 0 { offer(group) }
        }
        offer(runs)
        return best
    }

    private static let maximumRuns = 8

    /// How rare the commonest of several runs is; 0 where one of them is empty.
    private static func weight(_ set: [[UInt8]]) -> Int {
        set.map { $0.isEmpty ? 0 : max(1, LiteralAnalysis.score($0)) }.min() ?? 0
    }

    /// All bytes of the UTF-8 character that `lead` begins: a quantifier behind it means the whole.
    private mutating func character(_ lead: UInt8) -> [UInt8] {
        guard lead >= 0xC0 else { return [lead] }
        let more = rest.prefix { $0 & 0xC0 == 0x80 }
        rest = rest.dropFirst(more.count)
        return [lead] + more
    }

    /// A group's alternatives; nil for look-arounds and for groups without any.
    private mutating func readGroup() -> [[UInt8]]? {
        var counts = true
        if rest.first == 0x3F {
            rest.removeFirst()
            guard let kind = rest.popFirst() else {
                gaveUp = true
                return nil
            }
            switch kind {
            case 0x3A: break  // (?:
            case 0x3D, 0x21: counts = false  // (?= (?!
            case 0x3C:  // (?<= (?<! (?<name>
                if rest.first == 0x3D || rest.first == 0x21 {
                    rest.removeFirst()
                    counts = false
                } else if let end = rest.firstIndex(of: 0x3E) {
                    rest = rest[(end + 1)...]
                } else {
                    gaveUp = true
                }
            default: gaveUp = true
            }
        } else if rest.first == 0x2A {
            gaveUp = true
        }
        let inner = alternation()
        if rest.first == 0x29 { rest.removeFirst() } else { gaveUp = true }
        return counts ? inner : nil
    }

    /// The bytes of a class that lists a few of them; nil for others.
    private mutating func readClass() -> [[UInt8]]? {
        var listed: [[UInt8]]? = []
        if rest.first == 0x5E {
            rest.removeFirst()
            listed = nil
        }
        if rest.first == 0x5D {
            rest.removeFirst()
            listed?.append([0x5D])
        }
        while let byte = rest.popFirst() {
            if byte == 0x5D { return (listed?.count ?? .max) <= ExpressionLiterals.maximumClass ? listed : nil }
            if byte == 0x5C {
                guard let member = readClassEscape() else {
                    listed = nil
                    continue
                }
                listed?.append([member])
            } else if byte == 0x5B, rest.first == 0x3A {
                skipNamedClass()
                listed = nil
            } else {
                listed?.append([byte])
            }
            // A range, or a part of a character of several bytes.
            if byte >= 0x80 || (rest.first == ASCII.minus && rest.dropFirst().first != 0x5D) { listed = nil }
        }
        gaveUp = true
        return nil
    }

    /// The byte that an escape in a class stands for; nil for any that is more, or is not known here.
    private mutating func readClassEscape() -> UInt8? {
        guard let byte = rest.popFirst() else { return nil }
        switch byte {
        case 0x6E: return 0x0A
        case 0x72: return 0x0D
        case 0x74: return 0x09
        default: return ASCII.isAlphanumeric(byte) || byte >= 0x80 ? nil : byte
        }
    }

    private static let maximumClass = 16

    /// Behind `[` in a class: `:name:]`.
    private mutating func skipNamedClass() {
        rest.removeFirst()
        let name = rest.prefix { ASCII.isLetter($0) || $0 == 0x5E }
        rest = rest.dropFirst(name.count)
        if rest.starts(with: [0x3A, 0x5D]) { rest = rest.dropFirst(2) } else { gaveUp = true }
    }

    /// The byte that an escape stands for; nil for classes, anchors, references.
    private mutating func readEscape() -> UInt8? {
        guard let byte = rest.popFirst() else {
            gaveUp = true
            return nil
        }
        switch byte {
        case 0x6E: return 0x0A
        case 0x72: return 0x0D
        case 0x74: return 0x09
        case 0x64, 0x44, 0x77, 0x57, 0x73, 0x53, 0x62, 0x42, 0x68, 0x48, 0x76, 0x56, 0x52: return nil
        case _ where ASCII.isAlphanumeric(byte) || byte >= 0x80:
            gaveUp = true
            return nil
        default: return byte
        }
    }

    /// How often what stands before is repeated.
    private enum Quantifier {
        /// Once: no quantifier follows.
        case plain
        /// `?`
        case optional
        case fromZero
        case fromOne

        var least: Int { self == .plain || self == .fromOne ? 1 : 0 }
    }

    private mutating func readQuantifier() -> Quantifier {
        var found = Quantifier.fromOne
        switch rest.first {
        case 0x3F: found = .optional
        case 0x2A: found = .fromZero
        case 0x2B: break
        case 0x7B:
            let digits = rest.dropFirst().prefix { ASCII.isDigit($0) }
            if digits.isEmpty, rest.dropFirst().first != 0x2C { return .plain }  // a plain brace
            guard !digits.isEmpty, digits.count < 6, let end = rest.firstIndex(of: 0x7D) else {
                gaveUp = true
                return .fromZero
            }
            if digits.allSatisfy({ $0 == 0x30 }) { found = .fromZero }
            rest = rest[end...]
        default: return .plain
        }
        rest.removeFirst()
        if rest.first == 0x3F || rest.first == 0x2B { rest.removeFirst() }
        return found
    }
}
