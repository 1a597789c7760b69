package import Events
internal import GRDB
internal import Primitives

/// The packets kept around hits.
enum PacketTable {
    static func write(_ slice: PacketSlice, of detection: Int64, _ database: Database) throws {
        let head = try RawStatement(
            database, "INSERT OR REPLACE INTO packet_slices (detection, hit, flow_packets) VALUES (?, ?, ?)")
        head.bind(1, detection)
        head.bind(2, Int64(bitPattern: slice.hit))
        head.bind(3, slice.flowPackets)
        try head.run()
        let insert = try RawStatement(
            database,
            """
            INSERT OR IGNORE INTO packets (detection, number, time, wire_length, link_type, bytes, sha256)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """)
        for packet in slice.packets {
            insert.bind(1, detection)
            insert.bind(2, Int64(bitPattern: packet.number))
            insert.bind(3, packet.time)
            insert.bind(4, Int64(packet.wireLength))
            insert.bind(5, Int64(packet.linkType))
            insert.bind(7, blob: packet.bytes.withBytes { sha256Digest($0) })
            try packet.bytes.withBytes { bytes in
                insert.bind(6, borrowedBlob: bytes)
                _ = try insert.run()
            }
        }
    }

    static func slices(of ids: [ContentID], _ database: Database) throws -> [PacketSlice] {
        let head = try RawStatement(
            database,
            """
            SELECT d.detection, s.hit, s.flow_packets FROM detection_ids d
            JOIN packet_slices s ON s.detection = d.detection WHERE d.id = ?
            """)
        let packets = try RawStatement(
            database,
            "SELECT number, time, wire_length, link_type, bytes FROM packets WHERE detection = ? ORDER BY number")
        return try ids.compactMap { id in
            head.bind(1, id)
            guard let (seq, hit, count) = try head.first({ ($0.integer(0), $0.integer(1), $0.int(2)) }) else {
                return nil
            }
            packets.bind(1, seq)
            let kept = try packets.all { row in
                KeptPacket(
                    number: UInt64(bitPattern: row.integer(0)), time: row.time(1),
                    wireLength: UInt32(truncatingIfNeeded: row.integer(2)),
                    linkType: UInt16(truncatingIfNeeded: row.int(3)), bytes: row.bytes(4).array)
            }
            return PacketSlice(detection: id, hit: UInt64(bitPattern: hit), flowPackets: count, packets: kept)
        }
    }
}

extension Store {
    /// The packets kept around the hits of an incident's detections, in the order of these.
    package func slices(of incident: Incident) throws(StoreError) -> [PacketSlice] {
        try indexed()
        return try read { try PacketTable.slices(of: incident.detections, $0) }
    }
}
