/// Who connects to each destination, until they are so many that it is a service: by hashes, as only their number
/// matters. At most `maximumWatched` destinations are watched and `maximumServices` known at a time.
struct DestinationCompany {
    static let maximumWatched = 50_000
    static let maximumServices = 200_000

    /// Destinations with few sources so far, and those sources.
    private var watched: [UInt64: [UInt64]] = [:]
    private var services: Set<UInt64> = []

    /// `source` connected to `target`, which is a service once it has more than `limit` sources.
    mutating func note(_ source: String, at target: String, limit: Int) {
        let place = target.keyHash
        if services.contains(place) { return }
        let one = source.keyHash
        if watched[place]?.contains(one) == true { return }
        watched[place, default: []].append(one)
        if (watched[place]?.count ?? 0) > limit {
            watched[place] = nil
            if services.count >= DestinationCompany.maximumServices { services.removeAll() }
            services.insert(place)
        } else if watched.count > DestinationCompany.maximumWatched {
            // Those that matter come again, with their sources.
            watched.removeAll()
        }
    }

    func isService(_ target: String) -> Bool { services.contains(target.keyHash) }

    /// Of memory, about.
    var bytes: Int { watched.count * 120 + services.count * 20 }
}
