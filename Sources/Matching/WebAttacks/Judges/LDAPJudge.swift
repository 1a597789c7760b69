internal import Primitives

/// LDAP injection: the value closes the filter's bracket it stands in and opens another, as RFC 4515 writes filters.
enum LDAPJudge {
    static func judge(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        if place == .agent { return }
        var at = text.find(byte: 0x28)
        while at >= 0 {
            let next = text[at + 1]
            let joins = next == 0x7C || next == 0x26 || next == 0x21
            let end = attributeEnd(text, joins ? at + 2 : at + 1)
            let compared =
                end > at + 1
                && (text[end] == ASCII.equals || text[end] == 0x7E || text[end] == ASCII.greater
                    || text[end] == ASCII.less || text[end] == ASCII.colon)
                && !(text[end] == ASCII.equals && text[end + 1] == ASCII.equals)
            let closesBefore =
                at > 0
                && (text[at - 1] == 0x29 || text[at - 1] == 0x2A
                    || (text[at - 1] == 0x7C || text[at - 1] == 0x26) && text[at - 2] != text[at - 1])
            if joins && (text[at + 2] == 0x28 || compared || closesBefore) {
                return tally.add(5, "filter joined to another", at: at, 2)
            }
            if compared && closesBefore {
                return tally.add(5, "filter behind the end of another", at: at - 1, end - at)
            }
            at = text.find(byte: 0x28, from: at + 1)
        }
        if let found = text.first(of: [
            "*)(", "*))%00", "*))\0", "*()|", "*)((", "*)&", "*)|", "*(|", "*(&", "*)*", "*))", "*)\0",
        ]), found.at <= 24 {
            tally.add(5, "filter closed early", at: found.at, found.length)
        }
        pattern(text, &tally)
    }

    private static func attributeEnd(_ text: AttackText, _ from: Int) -> Int {
        var at = from
        while AttackText.isWord(text[at]) || text[at] == ASCII.minus || text[at] == ASCII.dot
            || text[at] == ASCII.semicolon
        { at += 1 }
        return at
    }

    /// Nothing but wildcards and brackets.
    private static func pattern(_ text: AttackText, _ tally: inout AttackTally) {
        guard text.has(.star), text.count <= 24, tally.current == 0 else { return }
        var brackets = 0
        for index in 0..<text.count {
            switch text[index] {
            case 0x28, 0x29, 0x7C, 0x26: brackets += 1
            case 0x2A, 0x21, 0x2F, 0x40: break
            default: return
            }
        }
        if brackets > 0 { tally.add(5, "filter of wildcards", at: 0, text.count) }
    }
}
