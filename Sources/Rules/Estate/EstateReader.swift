package import Events
internal import Primitives

/// Reads an estate file: the YAML inventory of what is defended. Unknown keys and values that mean nothing are refused
/// with their place.
package struct EstateReader {
    private let source: RuleFileText
    private var networks: [EstateNetwork] = []
    private var agencies: [EstateAgency] = []
    private var systems: [EstateSystem] = []
    private var sensors: [EstateSensor] = []
    private var variables: [(name: String, value: String)] = []
    private var systemIDs: Set<String> = []

    static let maximumSystems = 100_000
    static let networkKinds = ["server", "client", "vpn", "dmz", "management", "guest", "other"]

    private init(_ source: RuleFileText) { self.source = source }

    /// The inventory in `text`, or what is wrong with it; `file` is its name for diagnostics.
    package static func read(text: String, file: String) -> (estate: Estate?, diagnostics: [Diagnostic]) {
        let source = RuleFileText(file: file, text: text)
        let (documents, error) = RuleDocuments.read(text)
        if let error { return (nil, [source.diagnostic(.error, error, rule: nil)]) }
        var reader = EstateReader(source)
        do {
            for document in documents where !(document.meaning == .null && document.text != nil) {
                try reader.take(document)
            }
            guard reader.systems.count <= maximumSystems else {
                throw RuleError(nil, "", "more than \(maximumSystems) systems")
            }
        } catch let error as RuleError {
            return (nil, [source.diagnostic(.error, error, rule: nil)])
        } catch {
            return (nil, [Diagnostic(.error, file: file, line: 0, message: "\(error)")])
        }
        return (
            Estate(
                networks: reader.networks, agencies: reader.agencies, systems: reader.systems,
                sensors: reader.sensors, variables: reader.variables, isGiven: true), []
        )
    }

    /// The inventory in a file. The problem, if any, is ready to be shown.
    package static func read(path: String) -> (estate: Estate?, text: String, problem: String?) {
        let (text, problem) = RuleFiles.read(path)
        guard let text else { return (nil, "", "\(path): cannot be read: \(problem)") }
        let (estate, diagnostics) = read(text: text, file: path)
        return (estate, text, diagnostics.first?.rendered)
    }

    private mutating func take(_ document: RuleNode) throws {
        for (key, value) in try EstateFields.pairs(document, "the estate") {
            switch key.text ?? "" {
            case "networks": networks += try EstateFields.list(value, key).map { try network($0) }
            case "agencies":
                for node in try EstateFields.list(value, key) { agencies.append(try agency(node)) }
            case "systems":
                for node in try EstateFields.list(value, key) { systems.append(try system(node)) }
            case "sensors": sensors += try EstateFields.list(value, key).map { try sensor($0) }
            case "variables": try takeVariables(value)
            default:
                throw EstateFields.unknown(key, ["networks", "agencies", "systems", "sensors", "variables"])
            }
        }
    }

    private func network(_ node: RuleNode) throws -> EstateNetwork {
        if node.text != nil { return EstateNetwork(network: try EstateFields.network(node)) }
        let fields = try EstateFields(node, "a network", ["network", "name", "agency", "kind"])
        guard let place = fields["network"] else { throw fields.missing("network", "10.0.0.0/16") }
        let kind = try fields.word("kind", among: EstateReader.networkKinds)
        return EstateNetwork(
            network: try EstateFields.network(place), name: try fields.text("name"),
            agency: try fields.text("agency"), kind: kind)
    }

    private func agency(_ node: RuleNode) throws -> EstateAgency {
        let fields = try EstateFields(node, "an agency", ["id", "name", "name_vi", "contact"])
        let id = try fields.needed("id", "health")
        if agencies.contains(where: { $0.id == id }) { throw twice(fields["id"], id, "agencies") }
        return EstateAgency(
            id: id, name: try fields.text("name") ?? id, nameVietnamese: try fields.text("name_vi"),
            contact: try fields.text("contact"))
    }

    private func sensor(_ node: RuleNode) throws -> EstateSensor {
        let fields = try EstateFields(node, "a sensor", ["id", "name", "networks"])
        var sensor = EstateSensor(id: try fields.needed("id", "core-tap"), name: try fields.text("name"))
        sensor.networks = try fields.nodes("networks").map { try EstateFields.network($0) }
        return sensor
    }

    private mutating func system(_ node: RuleNode) throws -> EstateSystem {
        let fields = try EstateFields(
            node, "a system",
            [
                "id", "name", "name_vi", "owner", "agency", "criticality", "hosts", "addresses", "virtual_hosts",
                "roles", "users", "labels",
            ])
        let id = try fields.needed("id", "portal")
        guard systemIDs.insert(id).inserted else { throw twice(fields["id"], id, "systems") }
        var system = EstateSystem(id: id, name: try fields.text("name") ?? id)
        system.nameVietnamese = try fields.text("name_vi")
        system.owner = try fields.text("owner")
        system.agency = try fields.text("agency")
        let levels = Criticality.allCases.map(\.rawValue)
        system.criticality =
            try fields.word("criticality", among: levels).flatMap { Criticality(rawValue: $0) }
            ?? .medium
        system.hosts = try fields.texts("hosts")
        system.addresses = try fields.nodes("addresses").map { try EstateFields.network($0) }
        system.virtualHosts = try fields.nodes("virtual_hosts").map { try EstateFields.virtualHost($0) }
        system.roles = try fields.words("roles", among: EstateVariables.roles.map(\.role))
        system.users = try fields.texts("users")
        system.labels = try fields.texts("labels")
        return system
    }

    private mutating func takeVariables(_ node: RuleNode) throws {
        for (key, value) in try EstateFields.pairs(node, "`variables`") {
            guard let name = key.text, !name.isEmpty, let text = value.text, !text.isEmpty else {
                throw RuleError(key, key.text ?? "", "a variable is a name and one value, such as HOME_NET: 10.0.0.0/8")
            }
            variables.append((name, text))
        }
    }

    private func twice(_ node: RuleNode?, _ id: String, _ what: String) -> RuleError {
        RuleError(node, id, "two \(what) have the id '\(id)'", advice: "Give each one of its own.")
    }
}
