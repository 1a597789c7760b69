internal import Events
internal import Primitives

/// Amazon's VPC flow logs in their default form: `VERSION ACCOUNT INTERFACE SOURCE DESTINATION PORT PORT PROTOCOL
/// PACKETS BYTES START END ACTION STATUS` ("Flow log records", Amazon VPC User Guide).
enum FlowRecordFormat {
    private static let columnCount = 14

    static func mayBe(_ line: Bytes) -> Bool { line.starts(with: "2 ") }

    static func decode(_ line: Bytes, _ sink: inout EventSink) -> Bool {
        withUnsafeTemporaryAllocation(of: Bytes.self, capacity: columnCount) { columns in
            var at = 0
            for index in 0..<columnCount {
                guard at < line.count || index == columnCount - 1 else { return false }
                let end = line.firstIndex(of: ASCII.space, from: at) ?? line.count
                columns.initializeElement(at: index, to: line.slice(min(at, line.count), end))
                at = end + 1
            }
            guard at >= line.count, plainAddress(columns[3]) != nil, plainAddress(columns[4]) != nil,
                columns[10].decimal != nil, columns[11].decimal != nil
            else { return false }
            add(columns, &sink)
            return true
        }
    }

    private static func add(_ columns: UnsafeMutableBufferPointer<Bytes>, _ sink: inout EventSink) {
        JSONTimes.set(sink.view(columns[10], type: .number), &sink)
        sink.addSource(columns[3])
        sink.addDestination(columns[4])
        sink.add(.sourcePort, columns[5], type: .number)
        sink.add(.destinationPort, columns[6], type: .number)
        sink.add(.networkIANANumber, columns[7], type: .number)
        sink.add(.networkPackets, columns[8], type: .number)
        sink.add(.networkBytes, columns[9], type: .number)
        sink.add(.eventAction, columns[12])
        sink.add(slot: category)
        let isRejected = columns[12] == "REJECT"
        sink.add(slot: isRejected ? denied : allowed)
        if isRejected { sink.add(slot: CombinedFormat.failure) }
        sink.source = .firewall
    }

    private static let category = ConstantText("network").slot(.eventCategory)
    private static let denied = ConstantText("denied").slot(.eventType)
    private static let allowed = ConstantText("allowed").slot(.eventType)
}
