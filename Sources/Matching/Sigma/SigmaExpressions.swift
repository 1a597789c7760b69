internal import Primitives
package import Rules

/// Sigma's regular expressions in terms of PCRE2.
package enum SigmaExpressions {
    /// Why the expression cannot be compiled; nil where it can. For `RuleLoadOptions.checkExpression`.
    package static func problem(_ pattern: String, _ flags: RegularExpressionFlags) -> String? {
        do {
            _ = try RegularExpression(pattern, options: options(pattern, flags))
            return nil
        } catch {
            return error.description
        }
    }

    /// For pipelines: expressions as Python's `re` has them, as far as PCRE2 reads them the same.
    package static let tools = ExpressionTools(
        problem: { problem($0, []) },
        matches: { pattern, text in
            guard let expression = try? RegularExpression(pattern, options: .unicode) else { return false }
            return text.withBytes { expression.firstMatch($0, anchored: true, RegularExpressionWorker()) != nil }
        },
        replaced: { pattern, text, template in
            guard let expression = try? RegularExpression(pattern, options: .unicode) else { return text }
            return replaced(expression, text, template)
        })

    private static func replaced(_ expression: RegularExpression, _ text: [UInt8], _ template: [UInt8]) -> [UInt8] {
        let worker = RegularExpressionWorker()
        var result: [UInt8] = []
        var from = 0
        text.withBytes { bytes in
            while from <= bytes.count, let match = expression.firstMatch(bytes, from: from, worker) {
                result += bytes.slice(from, match.start).array
                result += filled(template, bytes, worker)
                if match.end == match.start {
                    // An empty match: a byte goes on, so that there is an end.
                    if match.end < bytes.count { result.append(bytes[match.end]) }
                    from = match.end + 1
                } else {
                    from = match.end
                }
            }
            if from < bytes.count { result += bytes.slice(from, bytes.count).array }
        }
        return result
    }

    /// `\1` and `\g<1>` in a template are the match's groups, `\\` is a backslash.
    private static func filled(_ template: [UInt8], _ bytes: Bytes, _ worker: RegularExpressionWorker) -> [UInt8] {
        var result: [UInt8] = []
        var rest = template[...]
        func group(_ number: Int) -> [UInt8] { worker.group(number).map { bytes.slice($0.start, $0.end).array } ?? [] }
        while let byte = rest.popFirst() {
            guard byte == ASCII.backslash, let next = rest.first else {
                result.append(byte)
                continue
            }
            if ASCII.isDigit(next) {
                rest.removeFirst()
                result += group(Int(next) - 0x30)
            } else if rest.starts(with: "g<".utf8), let end = rest.firstIndex(of: ASCII.greater),
                let number = Array(rest[(rest.startIndex + 2)..<end]).withBytes({ $0.decimal })
            {
                rest = rest[(end + 1)...]
                result += group(Int(number))
            } else {
                if next == ASCII.backslash { rest.removeFirst() }
                result.append(byte)
            }
        }
        return result
    }

    /// Characters count as characters, except in a caseless expression of ASCII letters, whose bytes are compared: the
    /// letters of other scripts that fold to k and s (Kelvin sign, long s) do not count as those.
    static func options(_ pattern: String, _ flags: RegularExpressionFlags) -> RegularExpressionOptions {
        var options: RegularExpressionOptions = []
        if flags.contains(.caseless) { options.insert(.caseless) }
        if flags.contains(.multiline) { options.insert(.multiline) }
        if flags.contains(.dotAll) { options.insert(.dotAll) }
        let isASCII = pattern.utf8.allSatisfy { $0 < 0x80 }
        if !isASCII || !(flags.contains(.caseless) || pattern.contains("(?i")) { options.insert(.unicode) }
        return options
    }
}
