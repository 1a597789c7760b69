internal import Glibc

/// What several databases know of addresses: one has cities, another autonomous systems.
public struct Places: Sendable {
    private let databases: [PlaceDatabase]

    public init(_ databases: [PlaceDatabase] = []) { self.databases = databases }

    /// Throws `PlaceError` for the first file that is none.
    public init(paths: [String]) throws { self.init(try paths.map { try PlaceDatabase(path: $0) }) }

    public var isEmpty: Bool { databases.isEmpty }

    /// Each part from the first database that has it. Nil where none knows the address.
    public func place(of address: IPAddress) -> Place? {
        var known: Place?
        for place in databases.compactMap({ $0.place(of: address) }) {
            var merged = known ?? Place()
            merged.country = merged.country ?? place.country
            merged.system = merged.system ?? place.system
            if merged.latitude == nil {
                (merged.latitude, merged.longitude, merged.radius) = (place.latitude, place.longitude, place.radius)
            }
            known = merged
        }
        return known
    }
}

extension Place {
    /// Mean radius of the Earth (IUGG), in kilometres.
    private static let earthRadius = 6371.0088

    /// Kilometres along the surface by the haversine formula (Sinnott, "Virtues of the Haversine", Sky and Telescope
    /// 68, 1984). Nil where one of both has no coordinates.
    public func distance(to other: Place) -> Double? {
        guard let latitude, let longitude, let north = other.latitude, let east = other.longitude else { return nil }
        let degree = Double.pi / 180
        let (half, side) = ((north - latitude) * degree / 2, (east - longitude) * degree / 2)
        let chord = sin(half) * sin(half) + cos(latitude * degree) * cos(north * degree) * sin(side) * sin(side)
        return 2 * Place.earthRadius * asin(min(1, chord.squareRoot()))
    }
}
