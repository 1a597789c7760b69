internal import Events
internal import Glibc

/// A rule as it stands in its file, read again when somebody asks why.
struct RuleText {
    /// Lines of the rule; empty where the file is no longer there or holds another rule at that place.
    var lines: [String] = []
    /// Bytes that the rule looks for (`content` of signatures), for marking them.
    var contents: [[UInt8]] = []

    private static let maximumFileBytes = 8 << 20
    private static let maximumLines = 60

    init(_ rule: RuleInfo) {
        guard rule.origin.line > 0, let text = RuleText.read(rule.origin.file) else { return }
        let all = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard rule.origin.line <= all.count else { return }
        let found =
            rule.kind == .signature
            ? RuleText.signature(all, rule.origin.line - 1) : RuleText.document(all, rule.origin.line - 1)
        let name = rule.signature.map { "\($0.sid)" } ?? rule.id
        let whole = rule.kind == .signature ? found : all
        guard whole.contains(where: { $0.contains(name) || $0.contains(rule.title) }) else { return }
        lines = Array(found.prefix(RuleText.maximumLines))
        if rule.kind == .signature { contents = RuleText.contents(found.joined()) }
    }

    private static func read(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < maximumFileBytes {
            let count = fread(&block, 1, block.count, file)
            if count == 0 { break }
            bytes += block[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A signature: its line, and those that a backslash joins to it.
    private static func signature(_ all: [String], _ start: Int) -> [String] {
        var end = start
        while end + 1 < all.count, all[end].hasSuffix("\\") { end += 1 }
        return Array(all[start...end])
    }

    /// A YAML document: from the line behind one `---` to the next.
    private static func document(_ all: [String], _ place: Int) -> [String] {
        let isBreak = { (line: String) in line.hasPrefix("---") }
        let start = all[..<place].lastIndex(where: isBreak).map { $0 + 1 } ?? 0
        let end = all[place...].dropFirst().firstIndex(where: isBreak) ?? all.count
        var keeps = true
        return all[start..<end].filter { line in
            guard let first = line.first else { return false }
            if first.isLetter { keeps = !told.contains(String(line.prefix { $0 != ":" })) }
            return keeps && first != "#" && !line.allSatisfy(\.isWhitespace)
        }
    }

    /// What `show` says in its own words, or what says nothing of why.
    private static let told: Set<String> = [
        "title", "id", "name", "status", "description", "author", "date", "modified", "tags", "references",
        "falsepositives", "level", "license", "related", "entity",
    ]

    /// What stands in `content:"..."`, not negated: text, `|hexadecimal|` and `\` escapes.
    static func contents(_ rule: String) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var rest = Array(rule.utf8)[...]
        let mark = Array("content:\"".utf8)
        while let start = rest.firstRange(of: mark) {
            rest = rest[start.upperBound...]
            var value: [UInt8] = []
            var inHex = false
            var digit: UInt8?
            while let byte = rest.first, byte != UInt8(ascii: "\"") {
                rest = rest.dropFirst()
                if byte == UInt8(ascii: "|") {
                    inHex.toggle()
                } else if inHex {
                    guard let number = Character(Unicode.Scalar(byte)).hexDigitValue else { continue }
                    if let high = digit { value.append(high << 4 | UInt8(number)) }
                    digit = digit == nil ? UInt8(number) : nil
                } else if byte == UInt8(ascii: "\\"), let next = rest.first {
                    value.append(next)
                    rest = rest.dropFirst()
                } else {
                    value.append(byte)
                }
            }
            if !value.isEmpty { found.append(value) }
        }
        return found
    }
}
