/// One line of text that is being typed, with its cursor.
package struct LineEditor: Equatable, Sendable {
    package private(set) var text = ""
    /// In letters, from 0.
    package private(set) var cursor = 0
    private static let maximumLength = 2_000

    package init(_ text: String = "") {
        self.text = String(text.prefix(LineEditor.maximumLength))
        cursor = self.text.count
    }

    /// Takes a key that edits; false where it means nothing here.
    package mutating func press(_ key: DeskKey) -> Bool {
        switch key {
        case .text(let typed): insert(typed)
        case .paste(let pasted): insert(String(pasted.map { $0.isNewline || $0 == "\t" ? " " : $0 }))
        case .backspace, .control("h"): erase(from: cursor - 1, to: cursor)
        case .delete, .control("d"): erase(from: cursor, to: cursor + 1)
        case .left, .control("b"): cursor = max(0, cursor - 1)
        case .right, .control("f"): cursor = min(text.count, cursor + 1)
        case .home, .control("a"): cursor = 0
        case .end, .control("e"): cursor = text.count
        case .control("u"): erase(from: 0, to: cursor)
        case .control("k"): erase(from: cursor, to: text.count)
        case .control("w"): erase(from: wordStart, to: cursor)
        default: return false
        }
        return true
    }

    /// A mark that is typed after its letter joins it.
    private mutating func insert(_ typed: String) {
        guard text.utf8.count + typed.utf8.count <= LineEditor.maximumLength else { return }
        let before = String(text.prefix(cursor)) + typed
        text = before + text.dropFirst(cursor)
        cursor = before.count
    }

    private mutating func erase(from start: Int, to end: Int) {
        let range = max(0, start)..<min(text.count, max(0, end))
        guard !range.isEmpty else { return }
        text = String(text.prefix(range.lowerBound)) + text.dropFirst(range.upperBound)
        cursor = range.lowerBound
    }

    private var wordStart: Int {
        let letters = Array(text)
        var at = cursor
        while at > 0, letters[at - 1] == " " { at -= 1 }
        while at > 0, letters[at - 1] != " " { at -= 1 }
        return at
    }

    /// What shows in `width` columns, where the cursor stands in it, and how many letters were left out before it.
    package func window(width: Int) -> (text: String, cursor: Int, hidden: Int) {
        let letters = Array(text)
        let room = max(1, width - 1)
        var start = 0
        let wide = letters.map { TerminalText.width(of: TerminalText.escaped(String($0))) }
        var used = wide[..<cursor].reduce(0, +)
        while used > room, start < cursor {
            used -= wide[start]
            start += 1
        }
        return (String(letters[start...]), used, start)
    }
}
