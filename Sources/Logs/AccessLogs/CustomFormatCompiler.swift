internal import Primitives

/// Reads a format: nginx's where a `$` stands in it, else Apache's. Cold.
struct CustomFormatCompiler {
    private let text: Bytes
    private var at = 0
    private var literal: [UInt8] = []
    private var literalStart = 0
    private var pieces: [CustomFormat.Piece] = []
    private var hasClient = false

    init(_ text: Bytes) { self.text = text }

    mutating func compile() throws(CustomFormatProblem) -> (pieces: [CustomFormat.Piece], tail: Bytes) {
        guard text.count > 0 else { throw CustomFormatProblem(0, 0, "the format is empty") }
        guard text.count <= CustomFormat.longestText else {
            throw CustomFormatProblem(CustomFormat.longestText, 1, "the format is longer than 8,192 bytes")
        }
        let isNginx = text.firstIndex(of: 0x24) != nil
        while at < text.count {
            if isNginx, text.start[at] == 0x24 {
                try variable()
            } else if !isNginx, text.start[at] == ASCII.percent {
                try directive()
            } else {
                try plain(isNginx: isNginx)
            }
        }
        guard !pieces.isEmpty else {
            throw CustomFormatProblem(
                0, text.count, "no value in it: give nginx's ($remote_addr) or Apache's (%h) format string")
        }
        guard hasClient else {
            throw CustomFormatProblem(
                0, text.count, "names no client: $remote_addr or $http_x_forwarded_for, %h or %a")
        }
        return (pieces, CustomFormatCompiler.kept(literal))
    }

    /// A byte of text; Apache's format strings have `\"`, `\t` and `\n`.
    private mutating func plain(isNginx: Bool) throws(CustomFormatProblem) {
        var byte = text.start[at]
        if !isNginx, byte == ASCII.backslash, at + 1 < text.count {
            at += 1
            byte = text.start[at] == 0x74 ? ASCII.tab : text.start[at]
        }
        if byte == ASCII.newline { throw CustomFormatProblem(at, 1, "a line break: a format is one line") }
        literal.append(byte)
        at += 1
    }

    private static func kept(_ bytes: [UInt8]) -> Bytes { Bytes(start: persistent(bytes), count: bytes.count) }

    private mutating func add(_ role: CustomRole, _ name: [UInt8], from: Int) throws(CustomFormatProblem) {
        if !pieces.isEmpty, literal.isEmpty {
            throw CustomFormatProblem(from, at - from, "follows a value without any text between: where does it begin?")
        }
        guard pieces.count < CustomFormat.pieceLimit else {
            throw CustomFormatProblem(from, at - from, "more than 256 values")
        }
        if role == .client || role == .forwarded { hasClient = true }
        pieces.append(
            .init(literal: CustomFormatCompiler.kept(literal), role: role, name: CustomFormatCompiler.kept(name)))
        literal = []
    }

    // MARK: - nginx

    private mutating func variable() throws(CustomFormatProblem) {
        let from = at
        at += 1
        let isBraced = at < text.count && text.start[at] == 0x7B
        if isBraced { at += 1 }
        let start = at
        while at < text.count, ASCII.isAlphanumeric(text.start[at]) || text.start[at] == ASCII.underscore { at += 1 }
        let name = text.slice(start, at)
        guard name.count > 0 else { throw CustomFormatProblem(from, 1, "a `$` without a variable's name") }
        if isBraced {
            guard at < text.count, text.start[at] == 0x7D else {
                throw CustomFormatProblem(from, at - from, "a `${` that no `}` closes")
            }
            at += 1
        }
        let role = CustomFormatCompiler.nginx.first { name == $0.0 }?.1 ?? .named
        try add(role, Array("nginx.access.".utf8) + name.array, from: from)
    }

    private static let nginx: [(StaticString, CustomRole)] = [
        ("remote_addr", .client), ("remote_port", .clientPort), ("remote_user", .user), ("time_local", .time),
        ("time_iso8601", .time), ("msec", .epoch), ("request", .request), ("request_method", .method),
        ("request_uri", .target), ("uri", .path), ("document_uri", .path), ("args", .query), ("query_string", .query),
        ("status", .status), ("body_bytes_sent", .bytes), ("bytes_sent", .bytes), ("http_referer", .referrer),
        ("http_user_agent", .agent), ("http_x_forwarded_for", .forwarded), ("proxy_add_x_forwarded_for", .forwarded),
        ("host", .host), ("http_host", .host), ("server_name", .host), ("server_port", .serverPort),
        ("server_addr", .server), ("server_protocol", .version),
    ]

    // MARK: - Apache

    /// `%[!200,304][<|>][{ARGUMENT}]LETTER`.
    private mutating func directive() throws(CustomFormatProblem) {
        let from = at
        at += 1
        while at < text.count, isModifier(text.start[at]) { at += 1 }
        var argument = Bytes.empty
        if at < text.count, text.start[at] == 0x7B {
            guard let close = text.firstIndex(of: 0x7D, from: at) else {
                throw CustomFormatProblem(from, text.count - from, "a `%{` that no `}` closes")
            }
            argument = text.slice(at + 1, close)
            at = close + 1
        }
        // `^FB`, `^ti`, `^to` are directives of three letters.
        let caret = at < text.count && text.start[at] == 0x5E ? 1 : 0
        guard at + 2 * caret < text.count else {
            throw CustomFormatProblem(from, at - from, "a `%` without a directive")
        }
        let letter = text.start[at + caret]
        at += 1 + 2 * caret
        if letter == ASCII.percent {
            literal.append(letter)
            return
        }
        guard let role = caret == 1 ? .named : CustomFormatCompiler.role(letter, argument) else {
            throw CustomFormatProblem(from, at - from, "no directive of Apache's mod_log_config")
        }
        var name = Array("apache.access.".utf8) + [letter]
        if argument.count > 0 { name += [ASCII.dot] + argument.array }
        try add(role, name, from: from)
    }

    private func isModifier(_ byte: UInt8) -> Bool {
        ASCII.isDigit(byte) || byte == 0x21 || byte == ASCII.comma || byte == ASCII.less || byte == ASCII.greater
    }

    private static func role(_ letter: UInt8, _ argument: Bytes) -> CustomRole? {
        switch letter {
        case 0x69: return header(argument)
        case 0x74: return argument.count == 0 ? .time : timeRole(argument)
        case 0x70: return argument == "remote" ? .clientPort : .serverPort
        case 0x61: return .client
        default: break
        }
        if let known = apache.first(where: { $0.0 == letter }) { return known.1 }
        return others.contains(letter) ? .named : nil
    }

    private static func header(_ name: Bytes) -> CustomRole {
        if name.equalsIgnoringCase("referer") { return .referrer }
        if name.equalsIgnoringCase("user-agent") { return .agent }
        if name.equalsIgnoringCase("host") { return .host }
        return name.equalsIgnoringCase("x-forwarded-for") ? .forwarded : .named
    }

    private static func timeRole(_ argument: Bytes) -> CustomRole {
        var what = argument
        if what.starts(with: "begin:") { what = what.dropping(6) }
        if what.starts(with: "end:") { return .named }
        if what == "sec" || what == "msec" || what == "usec" { return .epoch }
        return what == "msec_frac" || what == "usec_frac" ? .named : .time
    }

    private static let apache: [(UInt8, CustomRole)] = [
        (0x68, .client), (0x6C, .ignored), (0x75, .user), (0x72, .request), (0x73, .status), (0x62, .bytes),
        (0x42, .bytes), (0x4F, .bytes), (0x6D, .method), (0x55, .path), (0x71, .query), (0x48, .version), (0x76, .host),
        (0x56, .host), (0x41, .server),
    ]

    /// `C D e f F I k L n o P R S T X`: kept under their own names.
    private static let others: [UInt8] = Array("CDefFIkLnoPRSTX".utf8)
}
