internal import Events
internal import Primitives

/// Windows events as agents write them into syslog: Snare's `MSWinEventLog` with its columns parted by tabs, and
/// OSSEC's `WinEvtLog: Security: AUDIT_FAILURE(4625): SOURCE: USER: DOMAIN: HOST: DESCRIPTION`. What the event is about
/// stands in its description, under the labels of Windows' English message files.
enum WindowsText {
    static let mark: StaticString = "MSWinEventLog"

    static func decode(program: Bytes, _ text: Bytes, _ sink: inout EventSink) -> Bool {
        let isSnare = program == mark || text.starts(with: mark)
        guard isSnare || program.equalsIgnoringCase("winevtlog") else { return false }
        guard let (code, description) = isSnare ? snare(text, &sink) : agent(text, &sink) else { return false }
        sink.add(.eventCode, code, type: .number)
        let isLogin = code.decimal.map { WindowsLogons.addSecurity($0, &sink) } ?? false
        if isLogin { addParties(description, &sink) }
        sink.source = .windows
        return true
    }

    /// "Snare for Windows: Event output format": criticality, log, counter, time, event id, source, user, type of user,
    /// type of event, computer, category, data, description. The time counts where no header has told one.
    private static func snare(_ text: Bytes, _ sink: inout EventSink) -> (Bytes, Bytes)? {
        var columns = SnareColumns(text)
        _ = columns.next()
        guard let log = columns.next(), columns.next() != nil, let time = columns.next(), let code = columns.next(),
            code.decimal != nil
        else { return nil }
        sink.addPresent(.eventProvider, log)
        var stamp = StampReader(time)
        if sink.time.isNone, stamp.weekday(), stamp.isPlausible { _ = sink.setTime(stamp.stamp) }
        for column in 5..<12 {
            guard let value = columns.next() else { break }
            if column == 9, !sink.has(.hostHostname) { sink.addPresent(.hostHostname, value) }
        }
        return (code, columns.next() ?? columns.rest)
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
