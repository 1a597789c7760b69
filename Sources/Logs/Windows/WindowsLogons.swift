internal import Events
internal import Primitives

/// Log-ins, account changes and processes of Windows' security log ("Audit Logon Events", "Audit Account Management" in
/// Microsoft's documentation of advanced security auditing) and of Sysmon, by event id, whatever exporter wrote the
/// record.
enum WindowsLogons {
    static func decode(_ board: AliasBoard, _ sink: inout EventSink) -> Bool {
        guard let channel = board.value(channel).map({ sink.bytes(of: $0) }),
            let code = board.value(identifier).flatMap({ sink.bytes(of: $0).decimal })
        else { return false }
        let isKnown =
            channel == "Security"
            ? addSecurity(code, &sink)
            : channel.starts(with: "Microsoft-Windows-Sysmon") && addSysmon(code, &sink)
        if isKnown { sink.source = .windows }
        return isKnown
    }

    /// Event ids of the security log.
    static func addSecurity(_ code: Int, _ sink: inout EventSink) -> Bool {
        switch code {
        case 4624, 528, 540: RecordMeaning.add(.accepted, &sink)
        case 4625, 4771, 529...537, 539: RecordMeaning.add(.refused, &sink)
        case 4720, 4722, 4723, 4724, 4725, 4726, 4728, 4732, 4738, 4740, 4756:
            sink.add(slot: iam)
            sink.add(slot: change)
        case 4688:
            sink.add(slot: process)
            sink.add(slot: start)
        default: return false
        }
        return true
    }

    private static func addSysmon(_ code: Int, _ sink: inout EventSink) -> Bool {
        switch code {
        case 1:
            sink.add(slot: process)
            sink.add(slot: start)
        case 5, 8, 10, 25: sink.add(slot: process)
        case 3, 22: sink.add(slot: network)
        case 2, 11, 15, 23, 26...29: sink.add(slot: file)
        case 12...14: sink.add(slot: registry)
        default: return false
        }
        return true
    }

    private static let channel = AliasBoard.place(.eventProvider)
    private static let identifier = AliasBoard.place(.eventCode)
    private static let iam = ConstantText("iam").slot(.eventCategory)
    private static let process = ConstantText("process").slot(.eventCategory)
    private static let network = ConstantText("network").slot(.eventCategory)
    private static let file = ConstantText("file").slot(.eventCategory)
    private static let registry = ConstantText("registry").slot(.eventCategory)
    private static let change = ConstantText("change").slot(.eventType)
    private static let start = ConstantText("start").slot(.eventType)
}
