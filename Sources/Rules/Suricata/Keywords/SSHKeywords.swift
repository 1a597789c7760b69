internal import Events

/// `ssh.*`. Source: Suricata User Guide, "SSH Keywords".
enum SSHKeywords {
    static let family = ProtocolFamily(
        applications: [.ssh],
        buffers: [
            ProtocolBuffer(.sshProtocol, "ssh_proto"), ProtocolBuffer(.sshSoftware, "ssh_software"),
            ProtocolBuffer(.sshHASSH, way: .toServer), ProtocolBuffer(.sshHASSHString, way: .toServer),
            ProtocolBuffer(.sshHASSHServer, way: .toClient), ProtocolBuffer(.sshHASSHServerString, way: .toClient),
        ],
        keywords: [
            "ssh.protoversion": contains(.sshProtocol), "ssh.softwareversion": contains(.sshSoftware),
        ])

    /// `ssh.softwareversion:"PuTTY"`: it begins with the text. `2_compat` is what speaks version 2.
    private static func contains(_ kind: BufferKind) -> Keyword {
        { option, builder in
            var text = try option.words()
            if kind == .sshProtocol && text == "2_compat" { text = "2" }
            let section = builder.section(for: BufferView(kind), fresh: false, at: option.valueAt)
            var content = ContentStep(bytes: Array(text.utf8), negated: option.negated)
            content.caseless = true
            content.startsWith = kind == .sshProtocol
            builder.signature.sections[section].steps.append(.content(content))
        }
    }
}
