internal import Primitives

/// A look at the words of a value that has letters, digits and spaces alone: whether they may be a statement or a
/// command.
enum ProseGate {
    private static let telling = WordTable([
        // Nearly enough alone.
        (
            2,
            """
            union select having exec execute waitfor declare benchmark sleep xp_cmdshell information_schema rlike \
            regexp procedure outfile dumpfile
            """
        ),
        // Only beside a number or one another.
        (1, "or and xor order group where insert delete drop update create alter truncate like between not is from by"),
    ])

    static func isWorthReading(_ text: AttackText) -> Bool {
        var at = 0
        var sum = 0
        var isFirst = true
        var hasDigit = false
        while at < text.count {
            let byte = text.bytes.start[at]
            guard AttackText.isWord(byte) else {
                at += 1
                continue
            }
            if ASCII.isDigit(byte) { hasDigit = true }
            let end = text.wordEnd(at)
            if byte < 0x80, end - at <= 18 {
                let word = text.slice(at, end)
                sum += Int(telling.value(word))
                if isFirst && UnixCommands.table.value(word) != 0 { return true }
                if text[end] == ASCII.minus, PowerShellJudge.isVerb(word) { return true }
            }
            isFirst = false
            at = end
        }
        return sum >= 2 || sum == 1 && hasDigit
    }
}
