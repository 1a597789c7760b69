package import Events
internal import Output
package import Primitives
internal import Storage

/// What the desk says of the inventory: its systems, and what was seen that is none of them.
extension AnalystDesk {
    /// Text of the inventory that the last scan with `--estate` had; nil where none had.
    package func estateText() throws -> String? { try store.estateText() }

    /// An address or a name of the organisation's own that no system of the inventory has.
    package struct UnknownAsset: Equatable, Sendable {
        /// "address" or "name".
        package var kind: String
        package var value: String
        /// Of an address: names it was known by.
        package var names: [String]
        package var first: Timestamp
        package var last: Timestamp
    }

    /// Seen in logs or on the wire, inside the organisation's networks or under its domains, and in no system of
    /// `estate`; addresses first, in order.
    package func unknown(in estate: Estate) throws -> [UnknownAsset] {
        var found: [UnknownAsset] = []
        for sighting in try store.sightings(of: [.address]) {
            guard estate.isInternal(sighting.address), estate.system(of: sighting.address) == nil else { continue }
            let kind = estate.network(of: sighting.address)?.kind
            // Clients come and go; it is servers that an inventory has to know.
            if let kind, ["client", "vpn", "guest"].contains(kind) { continue }
            let names = try store.bindings(address: sighting.address, limit: AnalystDesk.maximumNames).map(\.name)
            var seen: Set<String> = []
            found.append(
                UnknownAsset(
                    kind: "address", value: sighting.address.description,
                    names: names.filter { seen.insert($0).inserted }, first: sighting.first, last: sighting.last))
        }
        for sighting in try store.sightings(of: [.virtualHost]) {
            guard estate.isOwnName(sighting.name) || estate.isInternal(sighting.address),
                estate.system(name: sighting.name) == nil, IPAddress(sighting.name) == nil
            else { continue }
            if let known = found.firstIndex(where: { $0.kind == "name" && $0.value == sighting.name }) {
                found[known].first = min(found[known].first, sighting.first)
                found[known].last = max(found[known].last, sighting.last)
            } else {
                found.append(
                    UnknownAsset(
                        kind: "name", value: sighting.name, names: [], first: sighting.first, last: sighting.last))
            }
        }
        return found
    }

    private static let maximumNames = 4

    package func unknownText(_ assets: [UnknownAsset]) -> String {
        let times = TimeText(clock)
        let longest = assets.map { TerminalText.width(of: TerminalText.escaped($0.value)) }.max() ?? 0
        return assets.map { asset in
            let value = TerminalText.fitted(TerminalText.escaped(asset.value), to: min(48, longest))
            let names = asset.names.isEmpty ? "" : "  " + TerminalText.escaped(asset.names.joined(separator: ", "))
            let line =
                " \(TerminalText.fitted(asset.kind, to: 7))  \(value)  \(times.full(asset.first))  "
                + "\(times.full(asset.last))\(names)"
            return TerminalText.cut(line, to: width) + "\n"
        }.joined()
    }

    package func unknownJSON(_ assets: [UnknownAsset]) -> [UInt8] {
        var writer = JSONWriter()
        for asset in assets {
            writer.beginObject()
            writer.key("kind")
            writer.string(asset.kind)
            writer.key("value")
            writer.string(asset.value)
            writer.key("names")
            writer.strings(asset.names)
            writer.key("first")
            writer.time(asset.first)
            writer.key("last")
            writer.time(asset.last)
            writer.endObject()
            writer.newline()
        }
        return writer.bytes.array
    }

    /// The systems of the inventory with the incidents that concern each and are still to be dealt with.
    package func systemsText() throws -> String {
        let systems = try store.systems()
        let idWidth = min(24, systems.map { TerminalText.width(of: TerminalText.escaped($0.id)) }.max() ?? 0)
        return try systems.map { system in
            let filter = FilterExpression.all([
                .text(.asset, .equal(TextFold.fold(system.id))), .not(.status(.closed)), .not(.status(.suppressed)),
            ])
            let count = try store.incidentCount(where: filter.condition, now: clock.now)
            let name = language == .vietnamese ? system.nameVietnamese ?? system.name : system.name
            let agency =
                language == .vietnamese
                ? system.agencyNameVietnamese ?? system.agencyName : system.agencyName
            let parts = [name, system.owner, agency].compactMap { $0 }.joined(separator: " · ")
            let line =
                " \(TerminalText.fitted(TerminalText.escaped(system.id), to: idWidth))  "
                + "\(TerminalText.fitted(system.criticality, to: 8))  \(counted(Int64(count), "incident"))  "
                + TerminalText.escaped(parts)
            return TerminalText.cut(line, to: width) + "\n"
        }.joined()
    }
}
