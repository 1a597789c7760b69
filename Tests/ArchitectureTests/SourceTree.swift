import Foundation

/// The package's own source files, read for the tests that hold them to the house rules.
struct SourceFile {
    let path: String
    let lines: [Substring]
    /// The same lines with comments and the contents of string literals blanked out.
    let code: [String]

    var room: String { String(path.split(separator: "/").dropFirst().first ?? "") }

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        code = SourceFile.blank(text).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Replaces comments, string literals (also of several lines) and character escapes by blanks, keeping newlines.
    static func blank(_ text: String) -> String {
        var out: [UInt8] = []
        let bytes = Array(text.utf8)
        var at = 0
        var comment = 0
        var quotes = 0
        func matches(_ word: String) -> Bool { bytes[at...].starts(with: Array(word.utf8)) }
        func pass(_ count: Int, keep: Bool = false) {
            for _ in 0..<count where at < bytes.count {
                out.append(keep || bytes[at] == 10 ? bytes[at] : 32)
                at += 1
            }
        }
        while at < bytes.count {
            if comment > 0 {
                if matches("*/") {
                    comment -= 1
                    pass(2)
                } else if matches("/*") {
                    comment += 1
                    pass(2)
                } else {
                    pass(1)
                }
            } else if quotes > 0 {
                if matches("\\") {
                    pass(2)
                } else if matches(String(repeating: "\"", count: quotes)) {
                    pass(quotes)
                    quotes = 0
                } else if quotes == 1 && bytes[at] == 10 {
                    quotes = 0
                } else {
                    pass(1)
                }
            } else if matches("//") {
                while at < bytes.count, bytes[at] != 10 { pass(1) }
            } else if matches("/*") {
                comment = 1
                pass(2)
            } else if matches("\"\"\"") {
                quotes = 3
                pass(3)
            } else if matches("\"") {
                quotes = 1
                pass(1)
            } else {
                pass(1, keep: true)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Names imported by this file.
    var imports: [String] {
        code.compactMap { line in
            let words = line.split(whereSeparator: { $0 == " " || $0 == "." }).map(String.init)
            guard let at = words.firstIndex(of: "import"), at <= 2, at + 1 < words.count else { return nil }
            let kinds: Set = ["struct", "class", "enum", "func", "protocol", "typealias", "var"]
            return kinds.contains(words[at + 1]) && at + 2 < words.count ? words[at + 2] : words[at + 1]
        }
    }

    /// Functions and initialisers: name line (from 1) and number of lines from signature to closing brace.
    var functions: [(line: Int, length: Int)] {
        var found: [(Int, Int)] = []
        for (index, line) in code.enumerated() {
            let words = line.split(whereSeparator: { !$0.isLetter && $0 != "_" })
            let isFunction =
                words.contains("func")
                || (line.contains("init")
                    && line.range(of: #"(^|\s)(convenience )?init[?]?[(<]"#, options: .regularExpression) != nil)
            guard isFunction, let end = closingLine(from: index) else { continue }
            found.append((index + 1, end - index + 1))
        }
        return found
    }

    /// The line of the brace that closes the first one opened at or after `index`; nil where a declaration has no body.
    private func closingLine(from index: Int) -> Int? {
        var depth = 0
        var parentheses = 0
        for line in index..<code.count {
            for byte in code[line].utf8 {
                switch byte {
                case UInt8(ascii: "("): parentheses += 1
                case UInt8(ascii: ")"): parentheses -= 1
                case UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "}"):
                    depth -= 1
                    if depth == 0 { return line }
                    if depth < 0 { return nil }
                default: break
                }
            }
            if depth == 0 && parentheses == 0 && line > index + 8 { return nil }
        }
        return nil
    }
}

enum SourceTree {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func files(_ folder: String) -> [SourceFile] {
        let base = root.appendingPathComponent(folder)
        let walker = FileManager.default.enumerator(atPath: base.path)
        var found: [SourceFile] = []
        while let name = walker?.nextObject() as? String {
            guard name.hasSuffix(".swift"),
                let text = try? String(contentsOf: base.appendingPathComponent(name), encoding: .utf8)
            else { continue }
            found.append(SourceFile(path: folder + "/" + name, text: text))
        }
        return found.sorted { $0.path < $1.path }
    }
}
