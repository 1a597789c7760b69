public import Primitives

/// What an address was seen with.
public enum SightingKind: UInt8, CaseIterable, Sendable {
    /// An address of the organisation's own, on the wire or in a log. Its name is empty.
    case address = 0
    /// A user logged in from it (VPN, SSH, ...).
    case user = 1
    /// A host to which it was leased (DHCP).
    case lease = 2
    /// A name that was answered with it (DNS).
    case answer = 3
    /// A name that was asked of it (TLS server name).
    case serverName = 4
    /// A name that clients asked a web server for; the address is the server's where that is known, else `::`.
    case virtualHost = 5

    /// How long a name is taken to hold after it was last seen: an address that is leased to one host or given to one
    /// user goes to the next in its time, a name's addresses change within days.
    public var holdSeconds: Int64 {
        switch self {
        case .user: 12 * 3600
        case .lease, .answer, .serverName: 24 * 3600
        case .address, .virtualHost: 0
        }
    }

    /// One name at a time, rather than several.
    public var isExclusive: Bool { self == .user || self == .lease }

    public var word: String {
        switch self {
        case .address: "address"
        case .user: "user"
        case .lease: "lease"
        case .answer: "answer"
        case .serverName: "server name"
        case .virtualHost: "virtual host"
        }
    }
}

/// An address with a name, within one hour: first and last time.
public struct Sighting: Sendable, Hashable {
    public var kind: SightingKind
    public var address: IPAddress
    /// In lower case, at most `maximumNameBytes` bytes.
    public var name: String
    /// Hours since 1970; `allTime` where the hour does not matter.
    public var slot: Int64
    public var first: Timestamp
    public var last: Timestamp

    public static let maximumNameBytes = 255
    public static let allTime: Int64 = -1
    public static let slotNanoseconds: Int64 = 3600 * 1_000_000_000

    public init(
        kind: SightingKind, address: IPAddress, name: String, slot: Int64, first: Timestamp, last: Timestamp
    ) {
        self.kind = kind
        self.address = address
        self.name = name
        self.slot = slot
        self.first = first
        self.last = last
    }
}
