internal import Events

/// `nfs_procedure`, `nfs.version`. Source: Suricata User Guide, "NFS Keywords".
enum NFSKeywords {
    static let family = ProtocolFamily(
        applications: [.nfs],
        buffers: [
            ProtocolBuffer(.nfsProcedure, several: true, form: .number()),
            ProtocolBuffer(.nfsVersion, "nfs_version", form: .number()),
        ])
}
