internal import Primitives

/// Code for Java: classes that run or look up something, expression languages, Log4j's lookups, serialised objects.
enum JavaJudge {
    static func judge(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        if text.has(.brace) { LookupJudge.judge(text, &tally) }
        if let found = text.first(of: names), !isTrace(text, found.at) {
            tally.add(
                text.has([.parenthesis, .brace, .equals, .hash, .percent]) || found.length > 14 ? 5 : 3,
                "class of Java", at: found.at, found.length)
        }
        if text.starts("ro0ab") || text.contains("=ro0ab") || text.contains("aced0005")
            || text.starts("h4siaaaaaaa") && text.count > 60 && place == .cookie
        {
            tally.add(5, "object in Java's serialised form", at: 0, 5)
        }
        if text.containsAny([
            "%{(#", "%{#", "${#", "#_memberaccess", "#context", "@ognl", "#cmd", "(#a=", "#application", "#session[",
        ]) {
            tally.add(5, "expression of OGNL")
        }
    }

    /// The class is an exception, and nothing else of Java's stands in the text: an error message that was pasted.
    private static func isTrace(_ text: AttackText, _ at: Int) -> Bool {
        var end = at
        while end < text.count, AttackText.isWord(text[end]) || text[end] == ASCII.dot { end += 1 }
        let name = text.slice(at, end)
        guard name.ends(with: "exception") || name.ends(with: "error") else { return false }
        return !text.containsAny(running)
    }

    private static let running: [StaticString] = [
        "getruntime", "processbuilder", "classloader", "javax.script", "javax.naming", "java.lang.runtime",
        "java.lang.process", "forname", "newinstance", "getclass", "exec(", "t(java", "${", "%{", "#{",
    ]

    private static let names: [StaticString] = [
        "java.lang.runtime", "java.lang.process", "java.lang.system", "java.lang.class", "java.lang.", "java.io.",
        "java.net.",
        "java.util.", "javax.script", "javax.naming", "getruntime", "processbuilder", "classloader", "class.module",
        "class.forname",
        "getdeclaredmethod", "runtime.exec", ".getclass(", "t(java", "objectinputstream", "com.sun.", "org.apache.",
        "springframework",
        "scriptenginemanager", "freemarker.template", "templatesimpl", "ysoserial", "groovy.lang", "bsh.interpreter",
        "jndi:ldap", "jndi:rmi",
        "jndi:dns",
    ]
}

/// Log4j's lookups (CVE-2021-44228): `${jndi:...}`, whatever other lookups its letters are put together of.
enum LookupJudge {
    static func judge(_ text: AttackText, _ tally: inout AttackTally) {
        var at = text.find("${")
        var rounds = 0
        while at >= 0, rounds < 64 {
            if spells("jndi", text, at + 2) { return tally.add(10, "lookup over JNDI", at: at, 6) }
            rounds += 1
            at = text.find("${", from: at + 2)
        }
        if let scheme = text.first(of: schemes) {
            tally.add(5, "lookup of Log4j", at: scheme.at, scheme.length)
        }
    }

    private static let schemes: [StaticString] = [
        "${lower:", "${upper:", "${env:", "${sys:", "${java:", "${::-", "${date:", "${ctx:", "${main:", "${bundle:",
        "${k8s:",
        "${docker:", "${base64:", "${hostname}", "${script:", "${url:", "${dns:",
    ]

    /// Reads on from `from`, nested lookups by what they stand for: the text behind their last `:` or `:-`.
    private static func spells(_ word: StaticString, _ text: AttackText, _ from: Int) -> Bool {
        var letter = 0
        var index = from
        let limit = min(text.count, from + 400)
        while index < limit, letter < word.utf8CodeUnitCount {
            if text.starts("${", at: index) {
                let end = text.closing(index + 1, 0x7B, 0x7D)
                guard end < text.count else { return false }
                var start = end
                while start > index + 2,
                    text[start - 1] != ASCII.colon && text[start - 1] != ASCII.minus && text[start - 1] != 0x27
                { start -= 1 }
                for at in start..<end where text[at] != 0x27 {
                    guard letter < word.utf8CodeUnitCount, text[at] == word.utf8Start[letter] else { return false }
                    letter += 1
                }
                index = end + 1
            } else {
                guard text[index] == word.utf8Start[letter] else { return false }
                letter += 1
                index += 1
            }
        }
        return letter == word.utf8CodeUnitCount
    }
}
