package import Events
package import Storage

/// Why a question cannot be answered.
package enum DeskError: Error, CustomStringConvertible {
    case unknown(String)
    case ambiguous(String, [Incident])
    case resolution(String)
    /// A word that is none of a fixed list: what it should have been, the word, the list.
    case word(String, String, [String])
    /// More than can be done at once, or nothing to do it to.
    case selection(String)
    /// A message of several lines that is safe on a terminal already.
    case explained(String)
    case store(StoreError)

    package var description: String {
        switch self {
        case .unknown(let id):
            return "no incident has an id that begins with '\(TerminalText.escaped(id))': nightjar incidents lists them"
        case .ambiguous(let id, let several):
            let some = several.prefix(8).map { "  \($0.id)  \(TerminalText.escaped($0.title))" }
            return "'\(TerminalText.escaped(id))' is the beginning of \(several.count) ids; give more of it:\n"
                + some.joined(separator: "\n")
        case .resolution(let name):
            return "'\(TerminalText.escaped(name))' is no way to close an incident: there are "
                + AnalystDesk.resolutions.joined(separator: ", ")
        case .word(let what, let word, let words):
            return "'\(TerminalText.escaped(word))' is no \(what): "
                + Spelling.didYouMean(word, words, otherwise: "there are " + words.joined(separator: ", "))
        case .selection(let text): return TerminalText.escaped(text)
        case .explained(let text): return text
        case .store(let error): return "\(error)"
        }
    }
}
