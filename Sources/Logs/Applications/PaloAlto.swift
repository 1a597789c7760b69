internal import Events
internal import Primitives

/// PAN-OS traffic, threat and GlobalProtect records as syslog carries them: comma-separated columns, by number. "Syslog
/// Field Descriptions", PAN-OS Administrator's Guide: traffic, threat, system, authentication.
enum PaloAltoText {
    private static let columnLimit = 48

    static func decode(_ text: Bytes, _ sink: inout EventSink) -> Bool {
        guard mayBe(text) else { return false }
        return withUnsafeTemporaryAllocation(of: Bytes.self, capacity: columnLimit) { memory in
            guard let base = memory.baseAddress else { return false }
            base.initialize(repeating: .empty, count: columnLimit)
            let count = split(text, base)
            guard count >= 12, isReceiveTime(base[1]) else { return false }
            switch true {
            case base[3] == "TRAFFIC" && count > 30: add(session: base, verdict: base[30], &sink)
            case base[3] == "THREAT" && count > 32: addThreat(base, &sink)
            case base[3] == "SYSTEM" && count > 14: addSystem(base, &sink)
            case base[3] == "GLOBALPROTECT" && count > 28: addPortal(base, &sink)
            default: return false
            }
            sink.source = .firewall
            return true
        }
    }

    /// A digit, and the time of receipt as second column.
    static func mayBe(_ text: Bytes) -> Bool {
        text.count > 40 && text.start[1] == ASCII.comma && isReceiveTime(text.slice(2, 21))
            && text.start[21] == ASCII.comma
    }

    /// Columns of `text`, quoted ones without their quotes; answers how many (no more than the limit).
    private static func split(_ text: Bytes, _ columns: UnsafeMutablePointer<Bytes>) -> Int {
        var at = 0
        var count = 0
        while count < columnLimit, at <= text.count {
            var from = at
            var end: Int
            if at < text.count, text.start[at] == ASCII.quote, let close = text.firstIndex(of: "\",", from: at + 1) {
                from = at + 1
                end = close
                at = close + 2
            } else {
                end = text.firstIndex(of: ASCII.comma, from: at) ?? text.count
                at = end + 1
            }
            columns[count] = text.slice(from, end)
            count += 1
        }
        return count
    }

    /// `2026/03/12 02:58:01`.
    private static func isReceiveTime(_ text: Bytes) -> Bool {
        text.count == 19 && text.start[4] == ASCII.slash && text.start[7] == ASCII.slash
            && text.start[13] == ASCII.colon
    }

    private static func addThreat(_ columns: UnsafeMutablePointer<Bytes>, _ sink: inout EventSink) {
        add(session: columns, verdict: columns[30], &sink)
        sink.add(slot: intrusion)
        sink.addPresent(.eventReason, columns[32])
        if columns[4] == "url" { RequestLine.addTarget(columns[31].count > 0 ? columns[31] : columns[32], &sink) }
    }

    /// The name of the event tells log-ins; who and whence is in the description.
    private static func addSystem(_ columns: UnsafeMutablePointer<Bytes>, _ sink: inout EventSink) {
        sink.addPresent(.eventAction, columns[8])
        sink.addPresent(.eventReason, columns[14])
        let isRefused = columns[8].contains("auth-fail") || columns[8].contains("login-failed")
        guard isRefused || columns[8].contains("auth-succ") || columns[8].contains("login-succ") else { return }
        RecordMeaning.add(isRefused ? .refused : .accepted, &sink)
        LoginParties.add(columns[14], &sink)
        // The object of the event is the profile that was asked, where it is not the user.
        if !sink.has(.userName) { sink.addPresent(.userName, columns[9]) }
    }

    /// GlobalProtect's stages: those of log-in, and the connection itself, tell who came.
    private static func addPortal(_ columns: UnsafeMutablePointer<Bytes>, _ sink: inout EventSink) {
        sink.addPresent(.eventAction, columns[8])
        sink.addPresent(.userName, columns[12])
        sink.addSource(columns[15])
        sink.addPresent(.eventReason, columns[25])
        let isLogin = columns[9] == "login" || columns[8].contains("auth") || columns[8].contains("connected")
        if isLogin { RecordMeaning.add(columns[28] == "success" ? .accepted : .refused, &sink) }
    }

    /// Columns that traffic and threat records share.
    private static func add(session columns: UnsafeMutablePointer<Bytes>, verdict: Bytes, _ sink: inout EventSink) {
        sink.addSource(columns[7])
        sink.addDestination(columns[8])
        sink.addPresent(.ruleName, columns[11])
        sink.addPresent(.userName, columns[12])
        sink.addPresent(.networkProtocol, columns[14])
        sink.addPresent(.observerIngressInterface, columns[18])
        sink.addPresent(.observerEgressInterface, columns[19])
        if columns[24].decimal != nil { sink.add(.sourcePort, columns[24], type: .number) }
        if columns[25].decimal != nil { sink.add(.destinationPort, columns[25], type: .number) }
        sink.addPresent(.networkTransport, columns[29])
        sink.addPresent(.eventAction, verdict)
        sink.add(slot: network)
        let isAllowed = verdict == "allow" || verdict == "alert" || verdict == "continue" || verdict == "override"
        sink.add(slot: isAllowed ? allowed : denied)
        if !isAllowed { sink.add(slot: CombinedFormat.failure) }
    }

    private static let network = ConstantText("network").slot(.eventCategory)
    private static let intrusion = ConstantText("intrusion_detection").slot(.eventCategory)
    private static let allowed = ConstantText("allowed").slot(.eventType)
    private static let denied = ConstantText("denied").slot(.eventType)
}
