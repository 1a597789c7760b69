internal import Primitives

/// Names that begin with a dot: what version control, editors, shells and deployment leave beside the pages. RFC 8615's
/// `.well-known`, and the few that services serve on purpose, are no secrets.
enum HiddenFileJudge {
    private static let served = WordTable([
        (1, "well auth netlify vite within nuxt next image ghost sw storybook cdn proxy")
    ])

    static func judge(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        guard place == .path else { return }
        var at = text.find("/.")
        while at >= 0 {
            let end = text.wordEnd(at + 2)
            if end > at + 3, ASCII.isLetter(text[at + 2]), !served.contains(text.slice(at + 2, end)) {
                return tally.add(5, "hidden file", at: at + 1, end - at - 1)
            }
            at = text.find("/.", from: at + 2)
        }
    }
}
