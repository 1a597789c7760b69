package import Events
internal import GRDB
package import Primitives

/// A system of the estate as the store keeps it, for what is shown without the inventory at hand.
package struct StoredSystem: Equatable, Sendable {
    package var id: String
    package var name: String
    package var nameVietnamese: String?
    package var owner: String?
    package var agency: String?
    package var agencyName: String?
    package var agencyNameVietnamese: String?
    package var criticality: String
    /// Addresses and networks, then host names and names that clients ask for.
    package var addresses: [String]
    package var names: [String]
}

extension Store {
    /// Keeps the inventory: its systems, and its text, so that scans without `--estate` go on with it. Answers whether
    /// it is another one than before.
    @discardableResult
    package func keep(_ estate: Estate, text: String) throws(StoreError) -> Bool {
        try write { database in
            if try EstateTable.text(database) == text { return false }
            let meta = try RawStatement(database, "INSERT OR REPLACE INTO meta (name, value) VALUES ('estate', ?)")
            meta.bind(1, text)
            try meta.run()
            try database.execute(sql: "DELETE FROM estate_systems")
            for system in estate.systems { try EstateTable.insert(system, of: estate, database) }
            return true
        }
    }

    /// Text of the inventory that was last given; nil where none was.
    package func estateText() throws(StoreError) -> String? { try read { try EstateTable.text($0) } }

    /// Every system of the inventory, by id.
    package func systems() throws(StoreError) -> [StoredSystem] { try read { try EstateTable.all($0) } }

    /// The names that `--asset` gave to inputs.
    package func assetLabels() throws(StoreError) -> [ContentID: String] {
        try read { database in
            let rows = try RawStatement(database, "SELECT id, asset FROM inputs WHERE asset IS NOT NULL").all {
                ($0.id(0), $0.text(1))
            }
            return Dictionary(rows) { first, _ in first }
        }
    }
}

enum EstateTable {
    static func text(_ database: Database) throws -> String? {
        try RawStatement(database, "SELECT value FROM meta WHERE name = 'estate'").first { $0.text(0) }
    }

    static func insert(_ system: EstateSystem, of estate: Estate, _ database: Database) throws {
        let agency = system.agency.flatMap { estate.agency($0) }
        let statement = try RawStatement(
            database,
            """
            INSERT INTO estate_systems
                (id, name, name_vi, owner, agency, agency_name, agency_name_vi, criticality, addresses, names)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        statement.bind(1, system.id)
        statement.bind(2, system.name)
        statement.bind(3, system.nameVietnamese)
        statement.bind(4, system.owner)
        statement.bind(5, agency?.id ?? system.agency)
        statement.bind(6, agency?.name ?? system.agency)
        statement.bind(7, agency?.nameVietnamese)
        statement.bind(8, system.criticality.rawValue)
        statement.bind(9, JSONValue.texts(system.addresses.map(\.description)).text)
        statement.bind(10, JSONValue.texts(system.hosts + system.virtualHosts).text)
        try statement.run()
    }

    static func all(_ database: Database) throws -> [StoredSystem] {
        try RawStatement(
            database,
            """
            SELECT id, name, name_vi, owner, agency, agency_name, agency_name_vi, criticality, addresses, names
            FROM estate_systems ORDER BY id
            """
        ).all { row in
            StoredSystem(
                id: row.text(0), name: row.text(1), nameVietnamese: row.optionalText(2), owner: row.optionalText(3),
                agency: row.optionalText(4), agencyName: row.optionalText(5),
                agencyNameVietnamese: row.optionalText(6), criticality: row.text(7),
                addresses: RuleTable.strings(row, 8), names: RuleTable.strings(row, 9))
        }
    }

    /// What else the systems of an incident are called: terms to find it by, of kind "asset" or "agency".
    static func otherNames(_ assets: [String], _ database: Database) throws -> [(kind: String, value: String)] {
        let statement = try RawStatement(
            database,
            "SELECT name, name_vi, agency_name, agency_name_vi FROM estate_systems WHERE id = ?")
        var names: [(kind: String, value: String)] = []
        for asset in assets {
            statement.bind(1, asset)
            let found = try statement.first { row in (0..<4).map { row.optionalText(Int32($0)) } } ?? []
            for (place, name) in found.enumerated() {
                if let name { names.append((place < 2 ? "asset" : "agency", name)) }
            }
        }
        return names
    }
}
