/// Names that mean the same in every log.
enum CommonFields {
    private static let source = ["source.ip", "source.address", "client.ip"]
    private static let destination = ["destination.ip", "destination.address", "server.ip"]
    private static let sourcePort = ["source.port"]
    private static let destinationPort = ["destination.port"]
    private static let user = ["user.name"]
    private static let host = ["host.hostname", "host.name"]

    static let table: [String: [String]] = [
        "src_ip": source, "source_ip": source, "SourceIp": source, "SourceIP": source, "srcip": source, "src": source,
        "IpAddress": source, "SourceAddress": source, "id.orig_h": source, "c-ip": source, "ClientIP": source,
        "client_ip": source, "clientip": source, "sourceIPAddress": source,
        "dst_ip": destination, "dest_ip": destination, "DestinationIp": destination, "DestinationIP": destination,
        "dstip": destination, "dst": destination, "DestAddress": destination, "id.resp_h": destination,
        "destination_ip": destination,
        "src_port": sourcePort, "SourcePort": sourcePort, "id.orig_p": sourcePort, "source_port": sourcePort,
        "dst_port": destinationPort, "dest_port": destinationPort, "DestinationPort": destinationPort,
        "id.resp_p": destinationPort, "destination_port": destinationPort, "DestPort": destinationPort,
        "SourceHostname": ["source.domain"], "DestinationHostname": ["destination.domain"],
        "user": user, "User": user, "UserName": user, "username": user, "user_name": user, "SubjectUserName": user,
        "TargetUserName": ["user.target.name", "user.name"],
        "hostname": host, "host": host, "Hostname": host, "ComputerName": host, "Computer": host,
        "computer_name": host, "Workstation": host, "WorkstationName": host,
        "msg": ["message"], "Message": ["message"], "program": ["process.name"], "process": ["process.name"],
        "EventID": ["event.code"], "event_id": ["event.code"], "severity": ["log.level"], "level": ["log.level"],
        "CommandLine": ["process.command_line"], "Image": ["process.executable", "process.name"],
        "ParentImage": ["process.parent.executable"], "TargetFilename": ["file.path"],
        "protocol": ["network.transport"], "proto": ["network.transport"], "action": ["event.action"],
        "sender": ["email.from.address"], "recipient": ["email.to.address"], "subject": ["email.subject"],
        "community_id": ["network.community_id"], "server_name": ["tls.client.server_name"], "ja3": ["tls.client.ja3"],
        "ja3s": ["tls.server.ja3s"],
    ]
}
