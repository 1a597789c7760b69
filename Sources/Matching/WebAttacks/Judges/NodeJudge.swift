internal import Primitives

/// Code for Node.js and its like: modules that run commands, prototypes, functions, loops without end; Ruby and Perl
/// where they look the same.
enum NodeJudge {
    static func judge(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        if let found = text.first(of: telling) { tally.add(5, "code for a server", at: found.at, found.length) }
        if text.has([.parenthesis, .bracket]) {
            if let found = text.first(of: calls) {
                tally.add(
                    text.has([.quote, .doubleQuote, .brace, .semicolon]) || found.at == 0 ? 5 : 4, "call for a server",
                    at: found.at, found.length)
            }
            loops(text, &tally)
            functions(text, &tally)
        }
        prototypes(text, &tally)
    }

    private static let telling: [StaticString] = [
        "child_process", "process.mainmodule", "process.binding", "_$$nd_func$$_", "global.process",
        "globalthis.process", "process.env",
        "module.exports", "require.main", "mainmodule.require", "process.exit", "process.kill", "process.pid",
        "process.dlopen",
        "deno.run", "bun.spawn", "__proto__.", "constructor.prototype", "this.constructor", "constructor._load",
    ]
    private static let calls: [StaticString] = [
        "require(", "require[", "process[", "new function (", "process.spawn(", "console.log(", "console.info(",
        "console.debug(", "console.warn(", "console.error(", "console.trace(",
        "console.dir(", "console.table(", ".execsync(", ".spawnsync(", "string.fromcharcode(", "new function(",
        "kernel.", "io.popen(", "os.system(", "os.popen(", "subprocess.",
        "__import__(", "exec(\"", "exec('", ".constructor(", "function.constructor", "console.info.", "console.log.",
        "console[",
        "file.read(", "open3.", "process.start(", "dir.glob(", "io.read(", "file.open(", "process.fork", "eval(compile",
        "fs.readfile", "fs.writefile", "fs.readdir", "file.new(",
        "settings.", "request.application", "getattr(", "builtins", "globals()", "file.delete(",
    ]

    /// `while(true)` and other conditions that hold for ever.
    private static func loops(_ text: AttackText, _ tally: inout AttackTally) {
        for word in ["while", "for"] as [StaticString] {
            let at = text.find(word)
            guard at >= 0, at == 0 || !AttackText.isWord(text[at - 1]) else { continue }
            let bracket = text.skipSpace(at + word.utf8CodeUnitCount)
            guard text[bracket] == 0x28 else { continue }
            let end = text.closing(bracket, 0x28, 0x29)
            let inner = text.slice(bracket + 1, end)
            let endless =
                text.starts("(;;)", at: bracket)
                || word.utf8CodeUnitCount == 5 && inner.firstIndex(of: ASCII.less) == nil
                    && inner.firstIndex(of: ASCII.greater) == nil && inner.count <= 40 && end < text.count
            if endless && (at == 0 || text.has([.semicolon, .brace])) {
                return tally.add(5, "loop without end", at: at, end - at)
            }
        }
    }

    /// `function() {`, `=> {` called at once, and the ways around the word.
    private static func functions(_ text: AttackText, _ tally: inout AttackTally) {
        var at = text.find("function")
        if at > 0, AttackText.isWord(text[at - 1]) || AttackText.isWord(text[at + 8]) { at = -1 }
        if at >= 0 {
            let bracket = text.skipSpace(text.wordEnd(text.skipSpace(at + 8)))
            let close = text.closing(bracket, 0x28, 0x29)
            if text[bracket] == 0x28, text[text.skipSpace(close + 1)] == 0x7B {
                tally.add(
                    at <= 1 || text.contains("})(") || text.contains("}()") ? 5 : 3, "function", at: at, close - at)
            }
        }
        if text.contains("=>{") || text.contains("=> {"), text.contains("})(") || text.contains("})()") {
            tally.add(5, "function called at once")
        }
    }

    private static func prototypes(_ text: AttackText, _ tally: inout AttackTally) {
        if let found = text.first(of: [
            "__proto__", "constructor[prototype", "constructor%5bprototype", "constructor.prototype", "[constructor]",
        ]) {
            tally.add(5, "prototype of all objects", at: found.at, found.length)
        }
    }
}
