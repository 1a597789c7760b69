internal import Primitives

/// What the bottom line asks before something is done.
package enum DeskQuestion: Equatable, Sendable {
    case comment
    case assign
    case tag
    /// One letter chooses the resolution.
    case closeAs
    case closeReason(String)
    case suppressUntil
    case suppressReason(until: String)
    /// One letter: y or n.
    case confirm(DeskModel.Wish, String)

    /// Whether one letter answers it, or a line that Enter ends.
    var isOneLetter: Bool {
        switch self {
        case .closeAs, .confirm: true
        default: false
        }
    }

    /// - Parameter count: of incidents that it is about
    package func text(count: Int) -> String {
        let what = count == 1 ? "" : " (\(count) incidents)"
        switch self {
        case .comment: return "Comment\(what): "
        case .assign: return "Assign to\(what) (empty: nobody): "
        case .tag: return "Tags\(what) (+on -off): "
        case .closeAs: return "Close as\(what): t true-positive  f false-positive  b benign  d duplicate  Esc"
        case .closeReason(let resolution): return "Close\(what) as \(resolution), reason (may be empty): "
        case .suppressUntil: return "Suppress rule and entity\(what) until (2026-12-31 or 7d): "
        case .suppressReason(let until): return "Suppress\(what) until \(until), reason: "
        case .confirm(_, let text): return "\(text)? y/n"
        }
    }

    static let resolutions: [String: String] = [
        "t": "true-positive", "f": "false-positive", "b": "benign", "d": "duplicate",
    ]
}

extension DeskModel {
    mutating func ask(_ question: DeskQuestion, prefilled text: String = "") {
        guard !chosen.isEmpty else { return complain("no incident is selected") }
        answer = LineEditor(text)
        mode = .question(question)
    }

    /// A key while a question stands.
    mutating func press(_ key: DeskKey, at question: DeskQuestion) -> [Wish] {
        if key == .escape || key == .control("c") {
            mode = returnMode
            say("nothing was done")
            return []
        }
        if question.isOneLetter { return choose(key, question) }
        if key == .enter { return answered(question) }
        _ = answer.press(key)
        return []
    }

    private mutating func choose(_ key: DeskKey, _ question: DeskQuestion) -> [Wish] {
        guard case .text(let letter) = key else { return [] }
        switch question {
        case .closeAs:
            guard let resolution = DeskQuestion.resolutions[letter.lowercased()] else { return [] }
            answer = LineEditor()
            mode = .question(.closeReason(resolution))
            return []
        case .confirm(let wish, _):
            mode = returnMode
            if letter.lowercased() == "y" { return [wish] }
            say("nothing was done")
            return []
        default: return []
        }
    }

    /// A line was given.
    private mutating func answered(_ question: DeskQuestion) -> [Wish] {
        let text = answer.text.trimmed
        switch question {
        case .comment:
            if text.isEmpty { return refuse("a comment needs words") }
            return finish([.comment(text)])
        case .assign: return finish([.assign(text.isEmpty ? nil : text)])
        case .tag:
            let words = text.split(separator: " ").map(String.init)
            let remove = words.filter { $0.hasPrefix("-") }.map { String($0.dropFirst()) }
            let add = words.filter { !$0.hasPrefix("-") }.map { $0.hasPrefix("+") ? String($0.dropFirst()) : $0 }
            if add.isEmpty && remove.isEmpty { return refuse("give a tag") }
            return finish([.tag(add: add, remove: remove)])
        case .closeReason(let resolution):
            return finish((text.isEmpty ? [] : [.comment(text)]) + [.close(resolution)])
        case .suppressUntil:
            if text.isEmpty { return refuse("give a day such as 2026-12-31, or how long, such as 7d") }
            ask(.suppressReason(until: text))
            return []
        case .suppressReason(let until):
            if text.isEmpty { return refuse("a suppression needs a reason: somebody will ask later") }
            mode = returnMode
            return [.suppress(chosen, until: until, reason: text)]
        case .closeAs, .confirm: return []
        }
    }

    private mutating func refuse(_ text: String) -> [Wish] {
        complain(text)
        return []
    }

    private mutating func finish(_ acts: [AnalystDesk.Act]) -> [Wish] {
        mode = returnMode
        return [.act(acts, on: chosen)]
    }

    /// Acts that need no words: on one at once, on several after a question.
    mutating func act(_ acts: [AnalystDesk.Act], named verb: String) -> [Wish] {
        let ids = chosen
        guard !ids.isEmpty else {
            complain("no incident is selected")
            return []
        }
        if ids.count == 1 { return [.act(acts, on: ids)] }
        mode = .question(.confirm(.act(acts, on: ids), "\(verb) \(ids.count) incidents"))
        return []
    }
}

extension String {
    /// Without blanks at both ends.
    var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
