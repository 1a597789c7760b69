internal import Primitives

/// Words that programs put in front of a message to say how grave it is.
enum LevelWord {
    private static let levels: [StaticString] = [
        "error", "warning", "warn", "info", "debug", "notice", "fatal", "critical", "trace", "severe", "err", "wrn",
        "inf",
    ]

    static func isLevel(_ word: Bytes) -> Bool {
        guard word.count >= 3, word.count <= 8 else { return false }
        for level in levels where word.equalsIgnoringCase(level) { return true }
        return false
    }
}
