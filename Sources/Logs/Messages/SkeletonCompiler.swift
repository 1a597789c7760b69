internal import Events
internal import Primitives

/// A piece of a compiled skeleton. Literals lie in memory that lives as long as the process.
struct SkeletonPiece {
    var isLiteral: Bool
    var kind: CaptureKind
    /// `FieldID`'s number; `SkeletonPiece.dropped` where the capture is not kept.
    var field: UInt16
    var literal: Bytes
    /// The literals right behind and right before a capture; empty where there is none. A word ends where they stand.
    var next = Bytes.empty
    var previous = Bytes.empty

    static let dropped = UInt16.max
    var isFree: Bool { !isLiteral && (kind == .text || kind == .short) }

    /// Whether both take the same bytes when matched from the left.
    func matchesLike(_ other: SkeletonPiece) -> Bool {
        if isLiteral || other.isLiteral { return isLiteral && other.isLiteral && literal == other.literal }
        return kind == other.kind && next == other.next
    }
}

/// One way through a skeleton, its alternatives chosen.
struct CompiledSkeleton {
    /// Place in `MessageTables.pieces`.
    var first: Int
    var count: Int
    /// Place of the form's constants in `MessageTables.constants`.
    var form: Int
    /// Order in the tables: the first form that fits is taken.
    var rank: Int
}

/// Turns skeleton text into pieces. Cold: runs once, and traps on a skeleton that we wrote wrongly.
struct SkeletonCompiler {
    /// Captures made before: a few dozen stand thousands of times in the tables.
    private var known: [ArraySlice<UInt8>: SkeletonPiece] = [:]

    /// Every way through `skeleton`, in the order of its alternatives.
    mutating func compile(_ skeleton: String) -> [[SkeletonPiece]] {
        SkeletonCompiler.expand(Array(skeleton.utf8)).map { SkeletonCompiler.linked(pieces($0)) }
    }

    private mutating func capture(_ text: ArraySlice<UInt8>) -> SkeletonPiece {
        if let piece = known[text] { return piece }
        let piece = SkeletonCompiler.capture(String(decoding: text, as: UTF8.self))
        known[text] = piece
        return piece
    }

    private static func linked(_ pieces: [SkeletonPiece]) -> [SkeletonPiece] {
        var result = pieces
        for index in result.indices where !result[index].isLiteral {
            if index + 1 < result.count, result[index + 1].isLiteral { result[index].next = result[index + 1].literal }
            if index > 0, result[index - 1].isLiteral { result[index].previous = result[index - 1].literal }
        }
        return result
    }

    /// Splits `(a|b)` into the texts that it stands for.
    private static func expand(_ text: [UInt8]) -> [[UInt8]] {
        guard let open = unescaped(ASCII.openParenthesis, in: text, from: 0) else { return [text] }
        guard let close = unescaped(ASCII.closeParenthesis, in: text, from: open) else {
            preconditionFailure("skeleton without closing parenthesis: \(String(decoding: text, as: UTF8.self))")
        }
        var choices: [[UInt8]] = []
        var from = open + 1
        while let bar = unescaped(0x7C, in: Array(text[..<close]), from: from) {
            choices.append(Array(text[from..<bar]))
            from = bar + 1
        }
        choices.append(Array(text[from..<close]))
        let tails = expand(Array(text[(close + 1)...]))
        return choices.flatMap { choice in tails.map { Array(text[..<open]) + choice + $0 } }
    }

    private static func unescaped(_ byte: UInt8, in text: [UInt8], from: Int) -> Int? {
        var index = from
        while index < text.count {
            if text[index] == ASCII.backslash {
                index += 2
                continue
            }
            if text[index] == byte { return index }
            index += 1
        }
        return nil
    }

    private mutating func pieces(_ text: [UInt8]) -> [SkeletonPiece] {
        var result: [SkeletonPiece] = []
        var literal: [UInt8] = []
        var index = 0
        func flush() {
            if !literal.isEmpty { result.append(SkeletonCompiler.literalPiece(literal)) }
            literal = []
        }
        while index < text.count {
            if text[index] == ASCII.backslash, index + 1 < text.count {
                literal.append(text[index + 1])
                index += 2
            } else if text[index] == 0x2A {
                flush()
                if result.last.map({ $0.isFree && $0.field == SkeletonPiece.dropped }) != true {
                    result.append(capture(SkeletonCompiler.anyText))
                }
                index += 1
            } else if text[index] == ASCII.percent, index + 1 < text.count, text[index + 1] == 0x7B {
                flush()
                guard let end = text[index...].firstIndex(of: 0x7D) else {
                    preconditionFailure("skeleton with an open capture: \(String(decoding: text, as: UTF8.self))")
                }
                result.append(capture(text[(index + 2)..<end]))
                index = end + 1
            } else {
                literal.append(text[index])
                index += 1
            }
        }
        flush()
        if let last = result.last, last.isLiteral {
            result.removeLast()
            let kept = Array(last.literal.array.reversed().drop { $0 == ASCII.space }.reversed())
            if !kept.isEmpty { result.append(SkeletonCompiler.literalPiece(kept)) }
        }
        return result
    }

    private static let anyText = Array("text".utf8)[...]

    private static func literalPiece(_ text: [UInt8]) -> SkeletonPiece {
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: text.count)
        memory.initialize(from: text, count: text.count)
        let bytes = Bytes(start: UnsafePointer(memory), count: text.count)
        return SkeletonPiece(isLiteral: true, kind: .text, field: SkeletonPiece.dropped, literal: bytes)
    }

    /// `name`, `name:kind` or `field.name:kind`.
    private static func capture(_ text: String) -> SkeletonPiece {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        let known = captureNames.first { $0.name == parts[0] }
        let field = known.map { $0.field } ?? Field(rawValue: parts[0])
        guard known != nil || field != nil else { preconditionFailure("no such capture: \(text)") }
        var kind = known?.kind ?? .token
        if parts.count == 2 {
            guard let given = captureNames.first(where: { $0.name == parts[1] })
            else { preconditionFailure("no such kind of capture: \(text)") }
            kind = given.kind
        }
        let number = field.map { FieldID($0).rawValue } ?? SkeletonPiece.dropped
        return SkeletonPiece(isLiteral: false, kind: kind, field: number, literal: .empty)
    }
}
