internal import Events
internal import Primitives

/// Windows events as agents write them into syslog: Snare's `MSWinEventLog` with its columns parted by tabs, and
/// OSSEC's `WinEvtLog: Security: AUDIT_FAILURE(4625): SOURCE: USER: DOMAIN: HOST: DESCRIPTION`. What the event is about
/// stands in its description, under the labels of Windows' English message files.
enum WindowsText {
    static func decode(program: Bytes, _ text: Bytes, _ sink: inout EventSink) -> Bool {
        let isSnare = program == "MSWinEventLog" || text.starts(with: "MSWinEventLog")
        guard isSnare || program.equalsIgnoringCase("winevtlog") else { return false }
        guard let (code, description) = isSnare ? snare(text, &sink) : agent(text, &sink) else { return false }
        sink.add(.eventCode, code, type: .number)
        let isLogin = code.decimal.map { WindowsLogons.addSecurity($0, &sink) } ?? false
        if isLogin { addParties(description, &sink) }
        sink.source = .windows
        return true
    }

    /// "Snare for Windows: Event output format": criticality, log, counter, time, event id, source, user, type of user,
    /// type of event, computer, category, data, description. Blanks of other widths do for the tabs.
    private static func snare(_ text: Bytes, _ sink: inout EventSink) -> (Bytes, Bytes)? {
        var columns = text
        if columns.starts(with: "MSWinEventLog") { columns = columns.dropping(min(14, columns.count)) }
        var at = 0
        for column in 0..<11 {
            guard let tab = columns.firstIndex(of: ASCII.tab, from: at) else { return nil }
            let value = columns.slice(at, tab)
            switch column {
            case 1: sink.addPresent(.eventProvider, value)
            case 4:
                guard value.decimal != nil else { return nil }
                return rest(columns, value, tab + 1, &sink)
            default: break
            }
            at = tab + 1
        }
        return nil
    }

    /// The columns behind the event id.
    private static func rest(
        _ columns: Bytes, _ code: Bytes, _ from: Int, _ sink: inout EventSink
    ) -> (Bytes, Bytes) {
        var at = from
        for column in 5..<12 {
            guard let tab = columns.firstIndex(of: ASCII.tab, from: at) else { break }
            if column == 9, !sink.has(.hostHostname) { sink.addPresent(.hostHostname, columns.slice(at, tab)) }
            at = tab + 1
        }
        return (code, columns.dropping(at))
    }

    /// `Security: AUDIT_FAILURE(4625): SOURCE: ...`.
    private static func agent(_ text: Bytes, _ sink: inout EventSink) -> (Bytes, Bytes)? {
        guard let open = text.firstIndex(of: ASCII.openParenthesis), open < 64,
            let close = text.firstIndex(of: "): ", from: open), text.slice(open + 1, close).decimal != nil
        else { return nil }
        if let colon = text.firstIndex(of: ASCII.colon), colon < open {
            sink.addPresent(.eventProvider, text.slice(0, colon))
        }
        return (text.slice(open + 1, close), text.dropping(close + 3))
    }

    // MARK: - Descriptions

    /// Headings under which the account stands that an event is about; the first ones name who asked.
    private static let headings: [StaticString] = [
        "Account For Which Logon Failed:", "New Logon:", "Account That Was Locked Out:", "New Account:",
        "Target Account:",
    ]
    private static let names: [StaticString] = ["Account Name:", "User Name:", "Logon Account:", "Logon account:"]
    private static let addresses: [StaticString] = ["Source Network Address:", "Client Address:", "Source Address:"]
    private static let ports: [StaticString] = ["Source Port:", "Client Port:"]

    static func addParties(_ text: Bytes, _ sink: inout EventSink) {
        var about = text
        for heading in headings {
            guard let start = text.firstIndex(of: heading) else { continue }
            about = text.dropping(start)
            break
        }
        if !sink.has(.userName), let name = value(of: names, in: about) { sink.add(.userName, name) }
        if !sink.has(.sourceIP), let address = value(of: addresses, in: text) { sink.addSource(address) }
        if !sink.has(.sourcePort), let port = value(of: ports, in: text), port.decimal != nil {
            sink.add(.sourcePort, port, type: .number)
        }
    }

    /// The word behind the first of the labels that has one other than `-`.
    private static func value(of labels: [StaticString], in text: Bytes) -> Bytes? {
        for label in labels {
            guard let start = text.firstIndex(of: label) else { continue }
            var from = start + label.utf8CodeUnitCount
            while from < text.count, text.start[from] <= ASCII.space { from += 1 }
            var end = from
            while end < text.count, text.start[end] > ASCII.space { end += 1 }
            let word = text.slice(from, end)
            if word.count > 0, !(word == "-") { return word }
        }
        return nil
    }
}
