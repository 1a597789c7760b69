internal import Primitives

/// Host, program, process and message of a record behind its time: `HOST PROGRAM[PID]: MESSAGE` in its variants.
struct SyslogHeader {
    var host = Bytes.empty
    var program = Bytes.empty
    var pid = Bytes.empty
    var message = Bytes.empty
    /// What stands where the host should cannot be one.
    private var isOdd = false

    /// Cisco's `%FACILITY-SEVERITY-MNEMONIC: `: what stands where the program should is a part of the message.
    var isMnemonic: Bool { program.count > 4 && program.start[0] == ASCII.percent && pid.count == 0 }

    /// Longest host and tag that are taken for such.
    private static let longestHost = 255
    private static let longestTag = 128

    /// - Parameter hasStamp: a time stood before; without one there is no host either.
    init(_ line: Bytes, at from: Int, hasStamp: Bool) {
        var at = SyslogFormat.skipSpaces(line, from)
        if relayed(line, &at) { return }
        if hasStamp { skipPriorityWord(line, &at) }
        if let tag = Tag(line, at: at) {
            take(tag, line)
            return
        }
        guard hasStamp else {
            message = line.dropping(at)
            return
        }
        let end = Tag.wordEnd(line, at)
        guard end > at, end - at <= SyslogHeader.longestHost else {
            message = line.dropping(at)
            return
        }
        if SyslogHeader.isNoHost(line.start[at]) {
            isOdd = true
            program = line.slice(at, end)
            message = line.dropping(SyslogFormat.skipSpaces(line, end))
            return
        }
        host = line.slice(at, end)
        at = SyslogFormat.skipSpaces(line, end)
        if let tag = Tag(line, at: at) ?? tagBehindLevel(line, at) {
            take(tag, line)
        } else if let tag = spacedTag(line, at: at) {
            take(tag, line)
        } else {
            message = line.dropping(at)
        }
    }

    private mutating func take(_ tag: Tag, _ line: Bytes) {
        program = tag.program
        pid = tag.pid
        message = line.dropping(SyslogFormat.skipSpaces(line, tag.end))
    }

    /// AIX: `Message forwarded from HOST: PROGRAM[PID]: MESSAGE`.
    private mutating func relayed(_ line: Bytes, _ at: inout Int) -> Bool {
        guard line.starts(with: "Message forwarded from ", at: at),
            let colon = line.firstIndex(of: ASCII.colon, from: at + 23), colon - at - 23 <= SyslogHeader.longestHost
        else { return false }
        host = line.slice(at + 23, colon)
        at = SyslogFormat.skipSpaces(line, colon + 1)
        if let tag = Tag(line, at: at) { take(tag, line) } else { message = line.dropping(at) }
        return true
    }

    /// OPNsense and FreeBSD: `<mail.notice>` before the host (`syslogd -v`).
    private func skipPriorityWord(_ line: Bytes, _ at: inout Int) {
        guard at < line.count, line.start[at] == ASCII.less,
            let close = line.firstIndex(of: ASCII.greater, from: at), close - at < 24, close + 1 < line.count,
            line.start[close + 1] == ASCII.space
        else { return }
        at = close + 2
    }

    /// F5's `HOST notice httpd[9999]: `: the severity stands before the program.
    private func tagBehindLevel(_ line: Bytes, _ at: Int) -> Tag? {
        let end = Tag.wordEnd(line, at)
        guard end - at <= 9, LevelWord.isLevel(line.slice(at, end)),
            let tag = Tag(line, at: SyslogFormat.skipSpaces(line, end)), tag.pid.count > 0
        else { return nil }
        return tag
    }

    /// A sign that no host begins with: the host is missing, and the word is the program (`#001`, `%name`).
    private static func isNoHost(_ first: UInt8) -> Bool { first >= 0x23 && first <= 0x26 || first == 0x2A }

    /// ` -- root[4]: `, `syslogd 1.4.1: `, `program[pid] ` without a colon, and `program` with a tab behind it (Snare).
    private func spacedTag(_ line: Bytes, at: Int) -> Tag? {
        if line.starts(with: "-- ", at: at), var tag = Tag(line, at: at + 3) {
            tag.program = line.slice(at, at + 3 + tag.program.count)
            return tag
        }
        let end = Tag.wordEnd(line, at)
        guard end > at, end - at <= SyslogHeader.longestTag, end < line.count else { return nil }
        if line.start[end] == ASCII.tab, isName(line.slice(at, end)) {
            return Tag(program: line.slice(at, end), pid: .empty, end: end + 1)
        }
        if line.start[end - 1] == ASCII.closeBracket, let tag = Tag(line, at: at, endingWithSpace: true) { return tag }
        let second = Tag.wordEnd(line, end + 1)
        guard second > end + 1, line.start[second - 1] == ASCII.colon,
            isVersion(line.slice(end + 1, second - 1))
        else { return nil }
        return Tag(program: line.slice(at, second - 1), pid: .empty, end: second)
    }

    private func isName(_ text: Bytes) -> Bool {
        for index in 0..<text.count {
            let byte = text.start[index]
            guard ASCII.isAlphanumeric(byte) || byte == ASCII.minus || byte == ASCII.underscore || byte == ASCII.slash
            else { return false }
        }
        return true
    }

    private func isVersion(_ text: Bytes) -> Bool {
        guard text.count > 0, ASCII.isDigit(text.start[0]) else { return false }
        for index in 0..<text.count where !ASCII.isDigit(text.start[index]) && text.start[index] != ASCII.dot {
            return false
        }
        return true
    }

    /// Whether this looks like syslog at all: a time alone may be any application's. With an ISO time there has to be a
    /// program, and the host must be a name and no log level.
    func isPlausible(isISO: Bool) -> Bool {
        if isOdd { return false }
        if host.count > 0, !SyslogHeader.isHost(host) || LevelWord.isLevel(host) { return false }
        if isISO {
            guard host.count > 0, !SyslogHeader.isEximID(host), !SyslogHeader.isPeerAddress(host) else { return false }
            return program.count > 0 || message.starts(with: "{") || PaloAltoText.mayBe(message)
        }
        return program.count > 0 || host.count > 0
    }

    /// `1VxHRO-000NiI-Ly`, or since Exim 4.97 `1rHM2K-00000003mpu-2Vab`: what Exim's own log has behind its time
    /// ("Message
    /// identification" in its specification).
    private static func isEximID(_ text: Bytes) -> Bool {
        guard text.count == 16 || text.count == 23, text.start[6] == ASCII.minus,
            text.start[text.count == 16 ? 13 : 18] == ASCII.minus
        else { return false }
        for index in 0..<6 where !ASCII.isAlphanumeric(text.start[index]) { return false }
        return true
    }

    /// `USER/192.0.2.1:4022`: whom OpenVPN's line is about, where no program is named.
    private static func isPeer(_ text: Bytes) -> Bool {
        guard let slash = text.firstIndex(of: ASCII.slash), let colon = text.lastIndex(of: ASCII.colon), slash < colon
        else { return false }
        return text.dropping(colon + 1).decimal != nil && plainAddress(text.slice(slash + 1, colon)) != nil
    }

    /// `192.0.2.1:4022`: the same before it is known who it is. A relay writes a host's address without a port.
    private static func isPeerAddress(_ text: Bytes) -> Bool {
        guard let colon = text.firstIndex(of: ASCII.colon) else { return false }
        return text.dropping(colon + 1).decimal != nil && plainAddress(text.prefix(colon)) != nil
    }

    private static func isHost(_ text: Bytes) -> Bool {
        if isPeer(text) { return false }
        for index in 0..<text.count {
            let byte = text.start[index]
            guard
                ASCII.isAlphanumeric(byte) || byte >= 0x80 || byte == ASCII.dot || byte == ASCII.minus
                    || byte == ASCII.underscore || byte == ASCII.colon || byte == 0x40 || byte == ASCII.slash
                    || byte == ASCII.plus || byte == 0x23
            else { return false }
        }
        return true
    }
}

/// `PROGRAM: `, `PROGRAM[PID]: `, `PROGRAM(MODULE)[PID]: `.
struct Tag {
    var program: Bytes
    var pid: Bytes
    /// Behind the colon.
    var end: Int

    init(program: Bytes, pid: Bytes, end: Int) {
        self.program = program
        self.pid = pid
        self.end = end
    }

    /// A tag at `at`, ended by a colon (or, where asked for, by the space behind `[PID]`).
    init?(_ line: Bytes, at: Int, endingWithSpace: Bool = false) {
        var index = at
        let limit = min(line.count, at + 128)
        while index < limit, Tag.isTagByte(line.start[index]) || Tag.isInstance(line, at, index) { index += 1 }
        guard index > at else { return nil }
        let name = line.slice(at, index)
        var process = Bytes.empty
        if index < limit, line.start[index] == ASCII.openBracket {
            guard let close = line.firstIndex(of: ASCII.closeBracket, from: index), close - index <= 64 else {
                return nil
            }
            process = line.slice(index + 1, close)
            index = Tag.levelEnd(line, close + 1)
        }
        if index < line.count, line.start[index] == ASCII.colon {
            guard
                index + 1 == line.count || process.count > 0 || line.start[index + 1] == ASCII.space
                    || line.start[index + 1] == ASCII.tab || Tag.beginsWithQuotedPair(line.dropping(index + 1))
            else { return nil }
            index += 1
        } else {
            guard endingWithSpace, process.count > 0 else { return nil }
        }
        self.init(program: name, pid: process, end: index)
    }

    /// Behind the level of `krb5kdc[7](info): `.
    private static func levelEnd(_ line: Bytes, _ from: Int) -> Int {
        guard from < line.count, line.start[from] == ASCII.openParenthesis,
            let close = line.firstIndex(of: ASCII.closeParenthesis, from: from), close - from <= 12,
            LevelWord.isLevel(line.slice(from + 1, close))
        else { return from }
        return close + 1
    }

    /// The `=` of `polkitd(authority=local)`.
    private static func isInstance(_ line: Bytes, _ from: Int, _ index: Int) -> Bool {
        line.start[index] == ASCII.equals
            && line.slice(from, index).firstIndex(of: ASCII.openParenthesis) ?? 0 > 0
    }

    /// `ASM:unit_hostname="...",`: no blank parts the tag from the record.
    private static func beginsWithQuotedPair(_ text: Bytes) -> Bool {
        var at = 0
        while at < text.count, at < 48, ASCII.isLetter(text.start[at]) || text.start[at] == ASCII.underscore { at += 1 }
        return at > 2 && text.starts(with: "=\"", at: at)
    }

    @inline(__always) static func isTagByte(_ byte: UInt8) -> Bool {
        byte > ASCII.space && byte != ASCII.colon && byte != ASCII.openBracket && byte != ASCII.quote && byte != 0x7B
            && byte != ASCII.equals && byte != ASCII.less
    }

    static func wordEnd(_ line: Bytes, _ from: Int) -> Int {
        var index = from
        while index < line.count, line.start[index] != ASCII.space, line.start[index] != ASCII.tab { index += 1 }
        return index
    }
}
