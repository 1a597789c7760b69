internal import Events
internal import GRDB
internal import Primitives

/// Writes what is looked up of incidents: terms, mentions with their networks, and values.
struct MentionWriter {
    private let insertTerm: RawStatement
    private let insertMention: RawStatement
    private let insertNetwork: RawStatement
    private let insertName: RawStatement
    private let values: ValueWriter
    /// Fields that are in `mention_fields` for sure.
    private var named: Set<String> = []

    init(_ database: Database) throws {
        insertTerm = try RawStatement(
            database, "INSERT OR IGNORE INTO incident_terms (incident, kind, value) VALUES (?, ?, ?)")
        insertMention = try RawStatement(
            database, "INSERT OR IGNORE INTO incident_mentions (incident, field, value, ip) VALUES (?, ?, ?, ?)")
        insertNetwork = try RawStatement(
            database, "INSERT OR IGNORE INTO incident_networks (network, field, incident) VALUES (?, ?, ?)")
        insertName = try RawStatement(database, "INSERT OR IGNORE INTO mention_fields (name) VALUES (?)")
        values = try ValueWriter(database)
    }

    /// - Parameter isFresh: nothing is written of the incident in row `seq` yet
    mutating func write(_ sheet: MentionSheet, of seq: Int64, isFresh: Bool) throws {
        insertMention.bind(1, seq)
        insertNetwork.bind(3, seq)
        for mention in sheet.mentions {
            insertMention.bind(2, mention.field)
            insertMention.bind(3, mention.value)
            insertMention.bind(4, mention.address.map { ContentID(high: $0.high, low: $0.low) })
            try insertMention.run()
            if let address = mention.address {
                insertNetwork.bind(1, blob: NetworkTable.key(address))
                insertNetwork.bind(2, mention.field)
                try insertNetwork.run()
            }
            if named.insert(mention.field).inserted {
                insertName.bind(1, mention.field)
                try insertName.run()
            }
        }
        for (field, words) in sheet.values { try values.add(words, field: field, of: seq, isFresh: isFresh) }
    }

    func writeTerms(_ incident: Incident, tags: [String], seq: Int64, _ database: Database) throws {
        insertTerm.bind(1, seq)
        try writeTerms("rule", [incident.rule])
        for rule in incident.rules where rule != incident.rule { try writeTerms("rule", [rule]) }
        try writeTerms("technique", incident.techniques)
        try writeTerms("stage", incident.stages)
        try writeTerms("tag", tags)
        try writeTerms("input", incident.inputs.map(\.description))
        try writeTerms("asset", incident.assets)
        try writeTerms("owner", incident.owners)
        try writeTerms("agency", incident.agencies)
        if incident.assets.isEmpty { return }
        for (kind, value) in try EstateTable.otherNames(incident.assets, database) { try writeTerms(kind, [value]) }
    }

    private func writeTerms(_ kind: String, _ values: [String]) throws {
        if values.isEmpty { return }
        insertTerm.bind(2, kind)
        for value in values {
            insertTerm.bind(3, TextFold.fold(value))
            try insertTerm.run()
        }
    }
}
