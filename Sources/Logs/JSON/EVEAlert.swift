internal import Events
internal import Primitives

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
