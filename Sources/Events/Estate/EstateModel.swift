public import Primitives

/// How much depends on a system.
public enum Criticality: String, CaseIterable, Sendable {
    case low
    case medium
    case high
    case critical
}

/// A body that owns systems.
public struct EstateAgency: Sendable, Equatable {
    public var id: String
    public var name: String
    public var nameVietnamese: String?
    public var contact: String?

    public init(id: String, name: String, nameVietnamese: String? = nil, contact: String? = nil) {
        self.id = id
        self.name = name
        self.nameVietnamese = nameVietnamese
        self.contact = contact
    }
}

/// What is defended: one system, whatever it is made of.
public struct EstateSystem: Sendable, Equatable {
    public var id: String
    public var name: String
    public var nameVietnamese: String?
    /// The person or team that answers for it.
    public var owner: String?
    /// Id of an agency, or a name that stands for itself.
    public var agency: String?
    public var criticality = Criticality.medium
    /// Host names as logs write them.
    public var hosts: [String] = []
    public var addresses: [IPNetwork] = []
    /// Names that it answers to; `*.` in front means any name below.
    public var virtualHosts: [String] = []
    /// `http`, `dns`, ...: which of Suricata's server variables its addresses belong to.
    public var roles: [String] = []
    /// Accounts that belong to it.
    public var users: [String] = []
    /// Globs over the names that `--asset` gives to inputs.
    public var labels: [String] = []

    public init(id: String, name: String) {
        self.id = id
        self.name = name
    }
}

public struct EstateNetwork: Sendable, Equatable {
    public var network: IPNetwork
    public var name: String?
    public var agency: String?
    public var kind: String?

    public init(network: IPNetwork, name: String? = nil, agency: String? = nil, kind: String? = nil) {
        self.network = network
        self.name = name
        self.agency = agency
        self.kind = kind
    }
}

/// Where data is recorded.
public struct EstateSensor: Sendable, Equatable {
    public var id: String
    public var name: String?
    public var networks: [IPNetwork] = []

    public init(id: String, name: String? = nil) {
        self.id = id
        self.name = name
    }
}
