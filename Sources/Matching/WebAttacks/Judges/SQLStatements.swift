internal import Primitives

/// What makes a statement of SQL: its verb and the words its grammar wants behind it.
enum SQLStatements {
    /// Verbs that begin a second statement where a semicolon stands before them.
    private static let verbs = WordTable([
        (
            1,
            """
            select insert update delete drop create alter truncate exec execute declare shutdown merge replace grant \
            revoke call waitfor handler rename backup restore load copy attach pragma set begin print do prepare use \
            if iif with vacuum union values desc kill
            """
        )
    ])
    private static let objects = WordTable([
        (
            1,
            """
            table database schema user function procedure view index trigger login role extension temporary temp or \
            global unique sequence domain server alias assembly certificate queue session system definer materialized
            """
        )
    ])

    static func isVerb(_ word: Bytes) -> Bool { verbs.contains(word) }

    /// Whether the words behind the verb at `index` are what its grammar wants.
    static func isComplete(_ tokens: borrowing SQLTokens, _ index: Int, _ text: AttackText) -> Bool {
        let verb = tokens.bytes(index, text)
        let next = tokens.bytes(index + 1, text)
        let kind = tokens.kind(index + 1)
        if verb == "drop" || verb == "create" || verb == "alter" {
            return objects.contains(next) && tokens.count > index + 2
        }
        if verb == "insert" || verb == "merge" || verb == "replace" { return next == "into" }
        if verb == "delete" { return next == "from" }
        if verb == "truncate" { return next == "table" }
        if verb == "update" { return kind == .name && tokens.bytes(index + 2, text) == "set" }
        if verb == "declare" { return kind == .variable || tokens.kind(index + 2) == .name }
        if verb == "waitfor" { return next == "delay" || next == "time" }
        if verb == "exec" || verb == "execute" {
            return kind == .open || kind == .variable || tokens.kind(index + 2) == .string || next.contains("xp_")
                || next.contains("sp_") || next == "immediate"
        }
        if verb == "if" || verb == "iif" { return kind == .open || kind == .not }
        if verb == "call" || verb == "do" { return tokens.kind(index + 2) == .open }
        if verb == "shutdown" || verb == "vacuum" { return kind == .none || kind == .semicolon || kind == .comment }
        if verb == "copy" || verb == "load" || verb == "attach" {
            return kind == .open || kind == .name && index + 2 < tokens.count
        }
        if verb == "grant" || verb == "revoke" || verb == "backup" || verb == "restore" {
            return tokens.count > index + 3
        }
        if verb == "set" { return kind == .variable }
        return verb == "handler" && kind == .name
    }

    /// Statements that no text but one about their danger has: commands of the server, waiting, prepared text.
    static func isTelling(_ tokens: borrowing SQLTokens, _ index: Int, _ text: AttackText) -> Bool {
        let verb = tokens.bytes(index, text)
        let next = tokens.bytes(index + 1, text)
        if verb == "waitfor" { return (next == "delay" || next == "time") && tokens.kind(index + 2) != .name }
        if verb == "exec" || verb == "execute" {
            return next.starts(with: "master") || next.starts(with: "xp_") || next.starts(with: "sp_")
                || next.contains("..xp_") || next == "immediate"
        }
        if verb == "declare" { return tokens.kind(index + 1) == .variable && tokens.count > index + 3 }
        if verb == "create" {
            return next == "function" && (text.contains("returns") || text.contains("soname"))
        }
        if verb == "load" { return next == "data" || next == "_file" }
        return false
    }
}
