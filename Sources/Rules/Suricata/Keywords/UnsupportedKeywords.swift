/// Suricata's keywords that are known but refused: what they look at is not decoded (yet). Source: Suricata User
/// Guide 8.0, "Suricata Rules".
enum UnsupportedKeywords {
    static let names: Set<String> = Set(
        [packets, protocols, files, state, transforms].joined(separator: " ")
            .split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init))

    private static let packets = """
        app-layer-state ether.hdr tcp.session
        """

    private static let protocols = """
        tls.cert_notbefore tls.cert_notafter email.body_md5 xff
        template2
        """

    private static let files = """
        file.magic filemagic
        """

    private static let state = """
        lua luaxform ndpi-protocol ndpi-risk config flow.memuse flow.elephant
        """

    private static let transforms = """
        luaxform
        """
}
