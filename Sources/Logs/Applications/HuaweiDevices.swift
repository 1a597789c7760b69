internal import Events
internal import Primitives

/// Huawei's switches, routers and firewalls (VRP). The tag is `%%01MODULE/LEVEL/MNEMONIC(l)[n]`; texts: "Log
/// Reference", CM and POLICY.
let huaweiMessages = MessageFamily(
    [], .firewall,
    [
        .refused(access + "fail%{text}"),
        .accepted(access + "success%{text}"),
    ])

private let access =
    "\\[USER_INFO_AUTHENTICATION\\]%{short};USER:%{user:short};MAC:%{short};RESULT:(Authentication |)"

/// What a tag says of traffic that its text tells both ends of: `%%01POLICY/6/POLICYDENY(l)`.
enum HuaweiTag {
    static func add(_ program: Bytes, _ sink: inout EventSink) {
        guard program.starts(with: "%%"), sink.has(.sourceIP), sink.has(.destinationIP), !sink.has(.eventCategory)
        else { return }
        let name = program.prefix(program.lastIndex(of: ASCII.openParenthesis) ?? program.count)
        let isDenied = name.ends(with: "DENY")
        guard isDenied || name.ends(with: "PERMIT") else { return }
        sink.add(slot: network)
        sink.add(slot: isDenied ? denied : allowed)
        if isDenied { sink.add(slot: CombinedFormat.failure) }
        sink.source = .firewall
    }

    private static let network = ConstantText("network").slot(.eventCategory)
    private static let denied = ConstantText("denied").slot(.eventType)
    private static let allowed = ConstantText("allowed").slot(.eventType)
}
