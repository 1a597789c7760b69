internal import Primitives

/// Commands of mail protocols behind a line end (SMTP: RFC 5321, IMAP: RFC 9051, POP3: RFC 1939), and header lines of
/// messages.
enum MailJudge {
    private static let commands = WordTable([
        (1, "helo ehlo rcpt vrfy expn rset starttls mail data auth quit noop stls uidl dele retr apop capa"),
        (2, "list top stat user pass turn etrn"),
    ])
    private static let imap = WordTable([
        (
            1,
            """
            authenticate login select examine create delete rename subscribe unsubscribe list lsub status append check \
            close expunge search fetch store copy uid starttls logout noop capability idle setquota getquotaroot \
            setacl getacl deleteacl listrights myrights namespace
            """
        )
    ])

    static func judge(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        var at = lineEnd(text, 0)
        var rounds = 0
        while at >= 0, rounds < 64, tally.current < 5 {
            var start = at
            while text[start] == ASCII.newline || text[start] == ASCII.carriageReturn { start += 1 }
            line(text, at, start, &tally)
            rounds += 1
            at = lineEnd(text, max(start, at + 1))
        }
    }

    private static func lineEnd(_ text: AttackText, _ from: Int) -> Int {
        var at = from
        while at < text.count {
            if text[at] == ASCII.newline || text[at] == ASCII.carriageReturn { return at }
            at += 1
        }
        return -1
    }

    private static func line(_ text: AttackText, _ at: Int, _ start: Int, _ tally: inout AttackTally) {
        let end = text.wordEnd(start)
        let next = text[end]
        let ends = next == 0 || next == ASCII.carriageReturn || next == ASCII.newline
        let kind = commands.value(text.slice(start, end))
        let colon = text.first(of: ["from:", "to:"]).map { $0.at > end && $0.at < end + 4 } ?? false
        let argument = next == 0x20 && (ASCII.isDigit(text[end + 1]) || text.count - end < 64)
        if kind == 1, ends || colon || argument || text[start + 4] == 0x20 && text.has(.dot) {
            tally.add(5, "command of a mail protocol", at: at, end - at)
        } else if kind == 2,
            ends || next == 0x20 && (ASCII.isDigit(text[end + 1]) || text.wordEnd(end + 1) >= text.count - 1)
        {
            tally.add(5, "command of a mail protocol", at: at, end - at)
        } else if next == 0x20, end - start <= 8, hasDigit(text, start, end) || text[start] == 0x61 && end - start <= 4
        {
            let word = text.wordEnd(end + 1)
            if imap.contains(text.slice(end + 1, word)) {
                tally.add(5, "command of a mail protocol", at: at, word - at)
            }
        }
        if text.starts("bcc:", at: start) || text.starts("cc:", at: start) && text.has(.at)
            || text.starts("content-type:", at: start) || text.starts("subject:", at: start) && text.has(.at)
        {
            tally.add(5, "header line of a message", at: at, end - at)
        }
    }

    private static func hasDigit(_ text: AttackText, _ from: Int, _ end: Int) -> Bool {
        for index in from..<max(from, end) where ASCII.isDigit(text[index]) { return true }
        return false
    }
}
