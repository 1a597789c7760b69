internal import Primitives

/// Pipes that services of Windows listen on, by name: of a connection whose beginning the capture does not have, nobody
/// knows which share a name is in. Source: the protocols' own pages, as MS-SCMR section 2.1.
enum SMBPipes {
    private static let names: [StaticString] = [
        "svcctl", "srvsvc", "wkssvc", "atsvc", "samr", "lsarpc", "netlogon", "spoolss", "winreg", "epmapper",
        "eventlog", "efsrpc", "netdfs", "browser", "ntsvcs", "plugplay", "tapsrv", "trkwks", "initshutdown", "dfsr",
        "msftewds", "protected_storage",
    ]

    /// With or without a backslash before it.
    static func isOne(_ name: Bytes) -> Bool {
        let plain = name.starts(with: "\\") ? name.dropping(1) : name
        return names.contains { plain.equalsIgnoringCase($0) }
    }
}
