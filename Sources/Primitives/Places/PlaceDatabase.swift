internal import CMaxMind

/// Where an address is, as far as a database tells.
public struct Place: Hashable, Sendable {
    /// ISO 3166, two letters in capitals.
    public var country: String?
    /// In degrees, north and east.
    public var latitude: Double?
    public var longitude: Double?
    /// The address is most likely no farther from there, in kilometres.
    public var radius: Double = 0
    /// Number of the autonomous system that announces it.
    public var system: UInt32?

    public init() {}
}

/// A file in MaxMind's format (https://maxmind.github.io/MaxMind-DB/, version 2.0), read by libmaxminddb: countries,
/// cities or autonomous systems of addresses, as GeoLite2 and its like have them.
public final class PlaceDatabase: @unchecked Sendable {
    // The library keeps a pointer to it, and only reads it once the file is open: any thread may ask.
    private let file: UnsafeMutablePointer<MMDB_s>

    /// Throws `PlaceError` where the file cannot be read or is no such file.
    public init(path: String) throws {
        let opened = UnsafeMutablePointer<MMDB_s>.allocate(capacity: 1)
        let problem = MMDB_open(path, UInt32(MMDB_MODE_MMAP), opened)
        guard problem == MMDB_SUCCESS else {
            opened.deallocate()
            throw PlaceError(path: path, reason: String(cString: MMDB_strerror(problem)))
        }
        // Last: an object that has all it needs is closed when it is given up.
        file = opened
    }

    deinit {
        MMDB_close(file)
        file.deallocate()
    }

    /// Nil where the file does not know the address.
    public func place(of address: IPAddress) -> Place? {
        var bytes: [UInt8] = []
        for half in [address.high, address.low] { withUnsafeBytes(of: half.bigEndian) { bytes += $0 } }
        var record = MMDB_entry_s()
        guard place_record(file, bytes, address.isV4, &record) else { return nil }
        var place = Place()
        place.country = text(record, "country", "iso_code")
        let (latitude, longitude) = (number(record, "location", "latitude"), number(record, "location", "longitude"))
        if let latitude, let longitude, abs(latitude) <= 90, abs(longitude) <= 180 {
            (place.latitude, place.longitude) = (latitude, longitude)
            place.radius = max(0, number(record, "location", "accuracy_radius") ?? 0)
        }
        place.system = number(record, "autonomous_system_number", nil).flatMap { UInt32(exactly: $0) }
        return place
    }

    private func text(_ record: MMDB_entry_s, _ first: String, _ second: String?) -> String? {
        let value = place_read(record, first, second)
        guard value.is_text, let start = value.text else { return nil }
        return start.withMemoryRebound(to: UInt8.self, capacity: Int(value.size)) {
            String(decoding: UnsafeBufferPointer(start: $0, count: Int(value.size)), as: UTF8.self)
        }
    }

    private func number(_ record: MMDB_entry_s, _ first: String, _ second: String?) -> Double? {
        let value = place_read(record, first, second)
        return value.is_number && value.number.isFinite ? value.number : nil
    }
}

extension PlaceDatabase {
    /// The addresses of each country. Throws `PlaceError` where the file's tree is damaged.
    public func countries() throws -> [String: [ClosedRange<UInt128>]] {
        var found: [String: [ClosedRange<UInt128>]] = [:]
        var names: [UInt32: String?] = [:]
        let depth = Int(file.pointee.depth)
        var open: [(node: UInt32, address: UInt128, bits: Int)] = [(0, 0, 0)]
        // A tree that goes round in circles would never end otherwise: every node has one way to it.
        var left = Int(file.pointee.metadata.node_count)
        while let (node, address, bits) = open.popLast() {
            var both = MMDB_search_node_s()
            left -= 1
            guard left >= 0, MMDB_read_node(file, node, &both) == MMDB_SUCCESS else { throw damaged }
            let sides = [
                (both.left_record_type, both.left_record, both.left_record_entry),
                (both.right_record_type, both.right_record, both.right_record_entry),
            ]
            for (side, (type, value, entry)) in sides.enumerated() {
                let below = bits + 1
                let from = address | UInt128(side) << UInt128(depth - below)
                switch Int32(type) {
                case MMDB_RECORD_TYPE_SEARCH_NODE:
                    guard below < depth, let next = UInt32(exactly: value) else { throw damaged }
                    open.append((next, from, below))
                case MMDB_RECORD_TYPE_DATA:
                    let name = names[entry.offset] ?? text(entry, "country", "iso_code")
                    names[entry.offset] = .some(name)
                    if let name, let range = range(from, prefix: below) { found[name, default: []].append(range) }
                case MMDB_RECORD_TYPE_EMPTY: continue
                default: throw damaged
                }
            }
        }
        return found
    }

    private var damaged: PlaceError {
        PlaceError(path: String(cString: file.pointee.filename), reason: "its tree of addresses is damaged")
    }

    /// Addresses with a prefix, where this engine has them: IPv4 lies at its mapped place, in the file at zero. Nil for
    /// the file's other names for IPv4 (6to4, Teredo, mapped), which are the same networks once more.
    private func range(_ from: UInt128, prefix: Int) -> ClosedRange<UInt128>? {
        let mapped: UInt128 = 0xFFFF << 32
        if file.pointee.depth == 32 {
            let hosts = prefix >= 32 ? UInt128(0) : (UInt128(1) << UInt128(32 - prefix)) - 1
            return (mapped | from)...(mapped | from | hosts)
        }
        let hosts = prefix >= 128 ? UInt128(0) : (UInt128(1) << UInt128(128 - prefix)) - 1
        if from >> 32 == 0 && prefix >= 96 { return (mapped | from)...(mapped | from | hosts) }
        if from >> 32 == 0xFFFF || from >> 112 == 0x2002 || from >> 96 == 0x2001_0000 { return nil }
        return from...(from | hosts)
    }
}

/// A database of places that cannot be read, and why.
public struct PlaceError: Error, CustomStringConvertible, Sendable {
    public var path: String
    public var reason: String

    public var description: String { "\(path): no database of places: \(reason)" }
}
