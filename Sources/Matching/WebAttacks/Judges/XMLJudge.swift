internal import Primitives

/// XML external entities and inclusion: a document type that declares entities, XInclude, processing of other files.
enum XMLJudge {
    static func judge(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        let type = text.find("<!doctype")
        if let entity = text.first(of: ["<!entity", "<!element"]) {
            let external = text.containsAny(["system", "public", "% ", "&#x"])
            tally.add(external ? 6 : 5, "entity declared", at: entity.at, entity.length)
        } else if type >= 0, text.contains("system \"") || text.contains("system '") || text.has(.bracket) {
            tally.add(5, "document type from elsewhere", at: type, 9)
        }
        if text.contains("xi:include") || text.contains("/xinclude") { tally.add(5, "inclusion of another document") }
        if text.contains("<xsl:") || text.contains("msxsl:script") { tally.add(5, "style sheet that runs") }
        if text.contains("<soap") && text.contains("entity") { tally.add(2, "entity in a message") }
    }
}
