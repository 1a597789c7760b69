/// What is wrong with a rule, where, and what to do: rendered with the line and a caret under the word at fault.
public struct Diagnostic: Sendable {
    public enum Weight: String, Sendable {
        /// The rule is not loaded.
        case error
        /// The rule is loaded; something in it is worth a look.
        case warning
    }

    public var weight: Weight
    public var file: String
    /// From 1; 0 where the file as a whole is meant.
    public var line: Int
    /// In characters, from 1.
    public var column: Int
    /// The words at fault, for the caret's width; may be empty.
    public var subject: String
    public var message: String
    /// What to do next; may be empty.
    public var advice: String
    /// The rule's id or title where it was readable.
    public var rule: String?
    /// Text of the line.
    public var sourceLine: String

    public init(
        _ weight: Weight, file: String, line: Int, column: Int = 1, subject: String = "", message: String,
        advice: String = "", rule: String? = nil, sourceLine: String = ""
    ) {
        self.weight = weight
        self.file = file
        self.line = line
        self.column = column
        self.subject = subject
        self.message = message
        self.advice = advice
        self.rule = rule
        self.sourceLine = sourceLine
    }

    /// `file:line:column: error: message`, the source line, a caret, and the advice.
    public var rendered: String {
        var text = line > 0 ? "\(file):\(line):\(column): " : "\(file): "
        text += "\(weight.rawValue): \(message)"
        if line > 0 && !sourceLine.isEmpty {
            text += "\n  \(sourceLine)\n  "
            text += String(sourceLine.prefix(max(0, column - 1)).map { $0 == "\t" ? "\t" : " " })
            text += "^" + String(repeating: "~", count: max(0, subject.count - 1))
        }
        if !advice.isEmpty { text += "\n  \(advice)" }
        return text
    }
}
