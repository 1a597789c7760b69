internal import Primitives

/// Injection of commands for Windows: cmd.exe's statements (`FOR ... IN (...) DO`, `IF ...`), its variables and
/// escapes, programs behind a separator, PowerShell.
enum WindowsJudge {
    static let needs: ByteClasses = [
        .semicolon, .pipe, .ampersand, .percent, .caret, .parenthesis, .backslash, .space, .line, .equals, .minus,
    ]

    static func judge(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        if place == .path && !text.has([.ampersand, .pipe, .backslash, .caret]) { return }
        if text.has(.space) { statements(text, &tally) }
        if text.has(.percent) { variables(text, &tally) }
        if place != .agent { programs(text, place, &tally) }
        PowerShellJudge.judge(text, place, &tally)
    }

    private static func statements(_ text: AttackText, _ tally: inout AttackTally) {
        if text.has(.percent), word("for", text) >= 0 { forLoop(text, &tally) }
        let at = word("if", text)
        if at >= 0 { condition(text, at, &tally) }
    }

    /// Where `needle` stands as a word at the start or behind a separator; -1 for nowhere.
    private static func word(_ needle: StaticString, _ text: AttackText) -> Int {
        var at = text.find(needle)
        while at >= 0 {
            let before = text.skipSpaceBack(at)
            let begins =
                before == 0 || text[before - 1] == 0x26 || text[before - 1] == 0x7C || text[before - 1] == 0x28
                || text[before - 1] == 0x3B || text[before - 1] == 0x22 || text[before - 1] == 0x27
                || text[before - 1] == 0x40
            if begins, AttackText.isSpace(text[at + needle.utf8CodeUnitCount]) { return at }
            at = text.find(needle, from: at + 1)
        }
        return -1
    }

    /// `FOR [/d|/r|/l|/f] ["options"] %x IN (set) DO command`.
    private static func forLoop(_ text: AttackText, _ tally: inout AttackTally) {
        let at = word("for", text)
        let variable = text.find(byte: ASCII.percent, from: at)
        let list = text.find(" in", from: variable)
        guard variable > 0, list > 0 else { return }
        let bracket = text.skipSpace(list + 3)
        guard text[bracket] == 0x28 else { return }
        let end = text.find(byte: 0x29, from: bracket)
        let follows = end > 0 && text.starts("do", at: text.skipSpace(end + 1))
        tally.add(follows ? 5 : 4, "loop of cmd.exe", at: at, bracket - at)
    }

    /// `IF [/i] [not] exist|defined|errorlevel|cmdextversion word`, `IF [/i] [not] a==b`, `a EQU b`.
    private static func condition(_ text: AttackText, _ at: Int, _ tally: inout AttackTally) {
        var next = text.skipSpace(at + 2)
        var switched = false
        if text[next] == ASCII.slash, ASCII.isLetter(text[next + 1]), !AttackText.isWord(text[next + 2]) {
            next = text.skipSpace(next + 2)
            switched = true
        }
        let negated = text.starts("not ", at: next)
        if negated { next = text.skipSpace(next + 4) }
        if text[next] == ASCII.slash { switched = true }
        let end = text.wordEnd(next)
        let tests = tests.contains(text.slice(next, end)) && AttackText.isSpace(text[end])
        let isVariable = text.slice(next, end + 1).equalsIgnoringCase("errorlevel")
        let relation = text.first(of: ["==", " equ ", " neq ", " lss ", " leq ", " gtr ", " geq "])
        if tests || switched && relation != nil {
            tally.add(5, "condition of cmd.exe", at: at, end - at)
        } else if let relation, relation.at > at {
            // A script of another language has a bracket behind `if`.
            let written =
                text[next] == 0x22 || text[next] == ASCII.percent || text[next] == ASCII.openBracket
                || text[next] == 0x7B || text[next] == 0x27
            let quoted =
                relation.length > 2 || written && text.has(.percent)
                || text[next] != 0x28 && !text.has([.semicolon, .brace])
            tally.add(quoted || isVariable ? 5 : 2, "condition of cmd.exe", at: at, relation.at - at)
        }
    }

    private static let tests = WordTable([(1, "exist defined errorlevel cmdextversion")])

    /// `%comspec%`, `%programfiles:~10,-5%`.
    private static func variables(_ text: AttackText, _ tally: inout AttackTally) {
        if let found = text.first(of: [
            "%comspec%", "%systemroot%", "%windir%", "%programfiles", "%userprofile%", "%appdata%", "%temp%\\",
            "%systemdrive%",
        ]) {
            return tally.add(5, "variable of cmd.exe", at: found.at, found.length)
        }
        var at = text.find(":~")
        while at > 0 {
            let name = text.wordStart(at)
            let number = text[at + 2] == ASCII.minus ? at + 3 : at + 2
            if text[name - 1] == ASCII.percent, ASCII.isDigit(text[number]) {
                return tally.add(5, "variable cut up by cmd.exe", at: name - 1, number - name)
            }
            at = text.find(":~", from: at + 1)
        }
    }

    private static func programs(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        var at = -1
        var rounds = 0
        repeat {
            let from = text.skipSpace(at + 1)
            let joined = at >= 0
            let word = ShellWord.windows(text, text[from] == 0x28 ? from + 1 : from)
            let kind = word.value(in: commands)
            if kind != 0 { program(text, at, word, kind, joined, place, &tally) }
            at = separator(text, at + 1)
            rounds += 1
        } while at >= 0 && rounds < 256 && tally.current < 10
        if let found = text.first(of: [
            "cmd.exe", "command.com", "cmd /c", "cmd /r", "cmd /k", "cmd+/c", "cmd/c", "powershell.exe",
            "wscript.shell",
        ]) {
            let isPath = place == .path && found.at > 0 && text[found.at - 1] == ASCII.slash
            tally.add(isPath ? 4 : 5, "command interpreter", at: found.at, found.length)
        }
    }

    private static func separator(_ text: AttackText, _ from: Int) -> Int {
        var at = from
        while at < text.count {
            let byte = text.bytes.start[at]
            if byte == 0x26 || byte == 0x7C || byte == 0x0A || byte == 0x3B || byte == 0x60 { return at }
            at += 1
        }
        return -1
    }

    private static func program(
        _ text: AttackText, _ separator: Int, _ word: ShellWord, _ kind: UInt8, _ joined: Bool, _ place: AttackPlace,
        _ tally: inout AttackTally
    ) {
        let next = text.skipSpace(word.end)
        if text[word.end] == ASCII.equals || text[word.end] == ASCII.colon { return }
        let ends = next >= text.count || text[next] == 0x26 || text[next] == 0x7C || text[next] == 0x3B
        let argument =
            next > word.end
            && (text[next] == ASCII.slash && AttackText.isWord(text[next + 1]) || text[next] == ASCII.minus
                || text[next] == 0x22
                || ASCII.isLetter(text[next]) && text[next + 1] == ASCII.colon || text[next] == ASCII.percent
                || text[next] == 0x2E || text.starts("http", at: next))
            || text[next] == ASCII.greater
        var score =
            joined
            ? kind == 1 ? ends || argument ? 5 : 4 : argument ? 5 : ends ? 3 : 1
            : argument && (kind == 1 || text[next] != ASCII.minus) ? 5 : 0
        if word.length <= 2 && !argument && score > 3 { score = 3 }
        if word.isHidden && score > 0 && text.has(.caret) { score += 2 }
        if kind == 1 && netVerb(text, next) { score = 5 }
        tally.raise(
            to: score, joined ? "program behind a separator" : "program with its arguments", at: max(0, separator),
            word.end - max(0, separator))
    }

    /// `net user`, `reg add`, `sc query`, `wmic process`, ...
    private static func netVerb(_ text: AttackText, _ from: Int) -> Bool {
        let end = text.wordEnd(from)
        return verbs.contains(text.slice(from, end))
    }

    private static let verbs = WordTable([
        (
            1,
            "user localgroup share view accounts start stop add query delete config process os group save export import create"
        )
    ])
    private static let commands = WordTable([
        (
            1,
            """
            arp assoc attrib bcdedit bitsadmin cacls certutil chkdsk cmd cmdkey cscript csvde del dir diskpart dsquery \
            driverquery erase esentutl fc findstr forfiles fsutil ftype getmac gpresult icacls ipconfig ldifde md \
            mklink mofcomp mshta msbuild msiexec nbtstat net netdom netsh netstat nltest nslookup ntdsutil openfiles \
            pathping ping powershell pwsh qprocess quser qwinsta rd reg regedit regsvr32 robocopy route rundll32 \
            schtasks sc setx systeminfo subst takeown taskkill tasklist tracert tree tzutil vaultcmd ver vol vssadmin \
            w32tm wevtutil where whoami winrm winrs wmic wscript xcopy
            """
        ),
        (
            2,
            "at call cd cls copy date echo find goto help hostname label more move path pause print rem ren rename set start time type"
        ),
    ])
}

/// PowerShell: cmdlets by their verbs, encoded commands, .NET downloads.
enum PowerShellJudge {
    static func judge(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        if text.has(.minus) { cmdlets(text, &tally) }
        guard text.has([.parenthesis, .minus, .bracket]) else { return }
        if let found = text.first(of: [
            "powershell -", "powershell.exe -", "-encodedcommand", "new-object net.", "new-object system.",
            ".downloadstring(",
            ".downloadfile(", "invoke-expression", "invoke-webrequest", "[system.text.encoding]",
            "[convert]::frombase64",
            "[system.convert]::", "iex(", "iex (", "-executionpolicy",
        ]) {
            tally.add(5, "PowerShell", at: found.at, found.length)
        }
    }

    private static let verbs = WordTable([
        (
            1,
            """
            get set new invoke start stop remove add out write import export test enter update copy move restart clear \
            select where foreach format convertto convertfrom register enable disable resolve receive send
            """
        )
    ])
    static func isVerb(_ word: Bytes) -> Bool { verbs.contains(word) }

    private static let nouns = WordTable([
        (
            1,
            """
            process service content item childitem location command wmiobject ciminstance webrequest restmethod \
            expression object computerinfo localuser localgroup acl adcomputer aduser adgroup netadapter netipaddress \
            host output file variable alias history member date itemproperty job module pssession eventlog hotfix \
            netipconfiguration executionpolicy psdrive random clipboard scheduledtask timezone culture unique string \
            connection dnsname
            """
        )
    ])

    /// `Get-Process`, at the start or behind a separator.
    private static func cmdlets(_ text: AttackText, _ tally: inout AttackTally) {
        var at = text.find(byte: ASCII.minus)
        while at > 0 {
            let start = text.wordStart(at)
            let end = text.wordEnd(at + 1)
            let before = text.skipSpaceBack(start)
            let begins = before == 0 || [0x3B, 0x7C, 0x26, 0x60, 0x28, 0x0A, 0x27, 0x22].contains(text[before - 1])
            if begins, verbs.contains(text.slice(start, at)), nouns.contains(text.slice(at + 1, end)) {
                return tally.add(5, "cmdlet of PowerShell", at: start, end - start)
            }
            at = text.find(byte: ASCII.minus, from: at + 1)
        }
    }
}
