/// Suricata's keywords that are known but refused: what they look at is not decoded (yet). Source: Suricata User
/// Guide 8.0, "Suricata Rules".
enum UnsupportedKeywords {
    static let names: Set<String> = Set(
        [packets, protocols, files, state, transforms].joined(separator: " ")
            .split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init))

    private static let packets = """
        app-layer-state rpc asn1 ftpbounce replace ether.hdr
        """

    private static let protocols = """
        tls.cert_notbefore tls.cert_notafter
        tls.store
        ssl_state
        dns.response.rrname
        mdns.queries.rrname mdns.answers.rrname mdns.additionals.rrname mdns.authorities.rrname mdns.response.rrname
        email.body_md5
        krb5.ticket_encryption
        http2.size_update
        nfs_procedure nfs.version
        frame
        ldap.request.attribute_type ldap.responses.attribute_type pgsql.query xff
        """

    private static let files = """
        file.magic filemagic filestore
        """

    private static let state = """
        iprep geoip lua luaxform ndpi-protocol ndpi-risk config bypass flow.memuse
        """

    private static let transforms = """
        domain tld luaxform
        """
}
