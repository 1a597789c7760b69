internal import Events
internal import Primitives

/// pf's packet log as pfSense and OPNsense send it (`filterlog`): comma-separated, rule first.
/// https://docs.netgate.com/pfsense/en/latest/monitoring/logs/raw-filter-format.html
enum Filterlog {
    private static let columnLimit = 32

    static func decode(_ message: Bytes, _ sink: inout EventSink) -> Bool {
        withUnsafeTemporaryAllocation(of: Bytes.self, capacity: columnLimit) { columns in
            let count = split(message, columns)
            guard count > 17, columns[4].count > 0 else { return false }
            if columns[8] == "4", count > 19 { return add(columns, count, proto: 16, addresses: 18, &sink) }
            if columns[8] == "6" { return add(columns, count, proto: 12, addresses: 15, &sink) }
            return false
        }
    }

    private static func split(_ message: Bytes, _ columns: UnsafeMutableBufferPointer<Bytes>) -> Int {
        var count = 0
        var from = 0
        while count < columnLimit {
            let end = message.firstIndex(of: ASCII.comma, from: from) ?? message.count
            columns.initializeElement(at: count, to: message.slice(from, end))
            count += 1
            if end == message.count { break }
            from = end + 1
        }
        return count
    }

    private static func add(
        _ columns: UnsafeMutableBufferPointer<Bytes>, _ count: Int, proto: Int, addresses: Int, _ sink: inout EventSink
    ) -> Bool {
        guard plainAddress(columns[addresses]) != nil, plainAddress(columns[addresses + 1]) != nil else { return false }
        sink.addSource(columns[addresses])
        sink.addDestination(columns[addresses + 1])
        if count > addresses + 3, columns[addresses + 2].decimal != nil, columns[addresses + 3].decimal != nil {
            sink.add(.sourcePort, columns[addresses + 2], type: .number)
            sink.add(.destinationPort, columns[addresses + 3], type: .number)
        }
        sink.addPresent(.networkTransport, columns[proto])
        sink.addPresent(.ruleID, columns[3])
        sink.addPresent(.observerIngressInterface, columns[4])
        sink.addPresent(.networkDirection, columns[7])
        sink.add(slot: category)
        let denied = columns[6] == "block" || columns[6] == "reject"
        sink.add(slot: denied ? deniedAction : allowedAction)
        sink.add(slot: denied ? deniedType : allowedType)
        if denied { sink.add(slot: CombinedFormat.failure) }
        sink.source = .firewall
        return true
    }

    private static let category = ConstantText("network").slot(.eventCategory)
    private static let deniedAction = ConstantText("denied").slot(.eventAction)
    private static let deniedType = ConstantText("denied").slot(.eventType)
    private static let allowedAction = ConstantText("allowed").slot(.eventAction)
    private static let allowedType = ConstantText("allowed").slot(.eventType)
}
