internal import Events
internal import Primitives

/// Log-ins and account changes of Windows' security log, by event id ("Audit Logon Events", "Audit Account Management"
/// in
/// Microsoft's documentation of advanced security auditing), whatever exporter wrote the record.
enum WindowsLogons {
    static func decode(_ board: AliasBoard, _ sink: inout EventSink) -> Bool {
        guard let channel = board.value(channel), sink.bytes(of: channel) == "Security",
            let code = board.value(identifier).flatMap({ sink.bytes(of: $0).decimal })
        else { return false }
        switch code {
        case 4624: RecordMeaning.add(.accepted, &sink)
        case 4625, 4771: RecordMeaning.add(.refused, &sink)
        case 4720, 4722, 4723, 4724, 4725, 4726, 4728, 4732, 4738, 4740, 4756:
            sink.add(slot: iam)
            sink.add(slot: change)
        case 4688:
            sink.add(slot: process)
            sink.add(slot: start)
        default: return false
        }
        sink.source = .windows
        return true
    }

    private static let channel = AliasBoard.place(.eventProvider)
    private static let identifier = AliasBoard.place(.eventAction)
    private static let iam = ConstantText("iam").slot(.eventCategory)
    private static let process = ConstantText("process").slot(.eventCategory)
    private static let change = ConstantText("change").slot(.eventType)
    private static let start = ConstantText("start").slot(.eventType)
}

/// Alerts of Suricata's EVE: https://docs.suricata.io/en/latest/output/eve/eve-json-format.html, "Event type: Alert".
enum EVEAlert {
    static func decode(_ board: AliasBoard, _ sink: inout EventSink) -> Bool {
        guard board.value(signature) != nil else { return false }
        sink.add(slot: category)
        sink.add(slot: info)
        return true
    }

    private static let signature = AliasBoard.place(.ruleID)
    private static let category = ConstantText("intrusion_detection").slot(.eventCategory)
    private static let info = ConstantText("info").slot(.eventType)
}
