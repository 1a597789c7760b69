internal import Events
internal import Logs
internal import Primitives

/// What `parse --explain` prints of one line.
enum ExplainText {
    /// Most forms that are shown of those that did not fit: the ones that got furthest.
    private static let shownForms = 5

    static func lines(_ explanation: LineExplanation, _ line: Bytes, number: Int) -> [String] {
        var lines = ["\(number): \(line.text)"]
        let untried = explanation.formats.filter { !$0.wasTried }.map { text($0.name) }
        if !untried.isEmpty { lines.append("   begins otherwise: " + untried.joined(separator: ", ")) }
        for format in explanation.formats where format.wasTried {
            lines.append(
                "   \(text(format.name)): "
                    + (format.isRead ? "reads it" : "stopped at \(format.offset) (\(format.reason.rawValue))"))
        }
        if let start = explanation.messageStart { lines += message(explanation, at: start) }
        return lines
    }

    private static func message(_ explanation: LineExplanation, at start: Int) -> [String] {
        let program = explanation.program.isEmpty ? "no program" : "`\(text(explanation.program))`"
        let known = explanation.isProgramKnown ? "which has forms of its own" : "which has none of its own"
        var lines = ["   message at \(start) of \(program), \(known): \(explanation.forms.count) forms tried"]
        if let form = explanation.forms.last, form.fits { return lines + ["     fits: \(text(form.skeleton))"] }
        let nearest = explanation.forms.sorted { ($0.stopped, $0.fitted) > ($1.stopped, $1.fitted) }
        for form in nearest.prefix(shownForms) {
            let next = text(form.before)
            lines.append("     stopped at \(start + form.stopped) before `\(next)`: \(text(form.skeleton))")
        }
        return lines + ["     no form fits: its key=value pairs and its wording were looked at"]
    }

    /// What became of the line at last, with what lines before it lent.
    static func outcome(of number: Int, in events: EventBatch) -> String {
        for index in 0..<events.count where Int(events.events[index].line) == number {
            let fields = events.fields(of: index).map { "\(events.name(of: $0.field))=`\(events.bytes(of: $0).text)`" }
            return "   event of \(events.events[index].logSource): " + fields.joined(separator: " ")
        }
        let record = events.unread.first { Int($0.line) == number }
        return "   unread: " + (record?.reason.rawValue ?? "")
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
