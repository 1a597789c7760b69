internal import Events

/// `pgsql.query`. Source: Suricata User Guide, "Pgsql Keywords".
enum PgSQLKeywords {
    static let family = ProtocolFamily(
        applications: [.pgsql], buffers: [ProtocolBuffer(.pgsqlQuery, way: .toServer)])
}
