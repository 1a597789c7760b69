internal import Primitives

/// What is wrong with one signature, in its own text.
struct RuleFault: Error {
    /// Bytes of the signature's joined text.
    var place: Range<Int>
    var message: String
    var advice: String

    init(_ place: Range<Int>, _ message: String, advice: String = "") {
        self.place = place
        self.message = message
        self.advice = advice
    }
}

/// One signature's text with continuation lines joined, and where each part of it stands in the file.
struct RuleText {
    /// A stretch of `bytes` that lies in one line of the file.
    private struct Piece {
        var start: Int
        var line: Int
        /// The whole line, for the diagnostic.
        var source: ArraySlice<UInt8>
    }

    private(set) var bytes: [UInt8] = []
    private var pieces: [Piece] = []

    /// Line of the file on which the signature begins.
    var line: Int { pieces.first?.line ?? 1 }

    mutating func append(_ text: ArraySlice<UInt8>, source: ArraySlice<UInt8>, line: Int) {
        pieces.append(Piece(start: bytes.count, line: line, source: source))
        bytes.append(contentsOf: text)
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// Line (from 1), column in characters (from 1) and source line of the byte at `offset`.
    func position(_ offset: Int) -> (line: Int, column: Int, source: String) {
        guard let piece = pieces.last(where: { $0.start <= offset }) ?? pieces.first else { return (1, 1, "") }
        let from = piece.source.startIndex
        let to = min(piece.source.endIndex, from + max(0, offset - piece.start))
        let column = String(decoding: piece.source[from..<to], as: UTF8.self).count + 1
        return (piece.line, column, String(decoding: piece.source, as: UTF8.self))
    }

    /// Longest signature read, bytes.
    static var maximumBytes: Int { 65_536 }

    /// Cuts a file into signatures: comments and empty lines go, a backslash at a line's end joins the next line.
    static func split(_ file: [UInt8]) -> [RuleText] {
        var rules: [RuleText] = []
        var current: RuleText?
        var line = 0
        var from = 0
        while from < file.count {
            let end = file[from...].firstIndex(of: ASCII.newline) ?? file.count
            line += 1
            var source = file[from..<end]
            from = end + 1
            while let last = source.last, last == ASCII.carriageReturn || last == ASCII.space || last == ASCII.tab {
                source.removeLast()
            }
            if current == nil {
                guard let first = source.first(where: { $0 != ASCII.space && $0 != ASCII.tab }), first != 0x23 else {
                    continue
                }
            }
            let joins = source.last == ASCII.backslash
            var rule = current ?? RuleText()
            rule.append(joins ? source.dropLast() : source, source: source, line: line)
            if joins && rule.bytes.count < maximumBytes {
                current = rule
            } else {
                rules.append(rule)
                current = nil
            }
        }
        if let current { rules.append(current) }
        return rules
    }
}
