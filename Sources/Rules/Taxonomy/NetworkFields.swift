/// Name lookups: category `dns`, Zeek's dns.log, Sysmon's dns_query.
enum NameFields {
    private static let question = ["dns.question.name"]
    private static let type = ["dns.question.type"]
    private static let answer = ["dns.answers.data", "dns.resolved_ip"]
    private static let code = ["dns.response_code"]
    private static let domain = ["dns.question.registered_domain"]

    static let table: [String: [String]] = [
        "query": question, "QueryName": question, "dns_query": question, "query_name": question, "question": question,
        "record_type": type, "qtype_name": type, "QueryType": type, "qtype": type, "query_type": type,
        "qclass_name": ["dns.question.class"],
        "answer": answer, "answers": answer, "QueryResults": answer,
        "rcode_name": code, "rcode": code, "response_code": code, "QueryStatus": code,
        "query_etld_plus_one": domain, "parent_domain": domain, "subdomain": ["dns.question.subdomain"],
        "trans_id": ["dns.id"],
    ]
}

/// Firewalls, connections, flows.
enum TrafficFields {
    static let table: [String: [String]] = [
        "action": ["event.action"], "blocked": ["event.outcome"], "rule": ["rule.name"],
        "proto": ["network.transport"], "protocol": ["network.transport"], "Protocol": ["network.transport"],
        "service": ["network.protocol"], "app_proto": ["network.protocol"],
        "in_interface": ["observer.ingress.interface.name"], "out_interface": ["observer.egress.interface.name"],
        "orig_bytes": ["source.bytes"], "resp_bytes": ["destination.bytes"], "orig_pkts": ["source.packets"],
        "resp_pkts": ["destination.packets"], "conn_state": ["flow.state"], "duration": ["event.duration"],
        "bytes": ["network.bytes"], "direction": ["network.direction"], "src_mac": ["source.mac"],
        "dst_mac": ["destination.mac"], "Image": ["process.executable"], "User": ["user.name"],
    ]
}
