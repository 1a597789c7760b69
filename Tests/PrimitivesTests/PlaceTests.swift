import Foundation
import Primitives
import Testing

/// Databases of places: the one of the samples, made by `Samples/make/places.py`, and damaged ones.
@Suite struct PlaceTests {
    private static let path =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/Samples/places.mmdb"

    private func place(_ address: String) throws -> Place? {
        try PlaceDatabase(path: Self.path).place(of: try #require(IPAddress(address)))
    }

    @Test(
        arguments: [
            ("203.0.113.7", "VN", 21.03, 105.85, 20, 64496), ("203.0.113.200", "VN", 10.82, 106.63, 20, 64497),
            ("198.51.100.1", "DE", 50.11, 8.68, 50, 64498), ("2001:db8::1", "JP", 35.69, 139.69, 50, 64500),
        ] as [(String, String, Double, Double, Double, UInt32)]) func anAddressHasAPlace(
            _ address: String, _ country: String, _ latitude: Double, _ longitude: Double, _ radius: Double,
            _ system: UInt32
        ) throws
    {
        let found = try #require(try place(address))
        #expect(found.country == country && found.latitude == latitude && found.longitude == longitude)
        #expect(found.radius == radius && found.system == system)
    }

    @Test(arguments: ["10.0.0.1", "2001:db9::1", "::1", "0.0.0.0"]) func othersHaveNone(_ address: String) throws {
        #expect(try place(address) == nil)
    }

    /// Great circles between cities, as geographers give them; the Earth is no ball, so to half a percent.
    @Test(arguments: [
        (21.03, 105.85, 10.82, 106.63, 1138.0), (21.03, 105.85, 50.11, 8.68, 8718.0),
        (35.69, 139.69, -23.55, -46.63, 18_530.0), (0, 179.5, 0, -179.5, 111.2), (90, 0, -90, 0, 20_015.0),
    ]) func distances(
        _ north: Double, _ east: Double, _ toNorth: Double, _ toEast: Double, _ kilometres: Double
    ) throws {
        var (from, to) = (Place(), Place())
        (from.latitude, from.longitude, to.latitude, to.longitude) = (north, east, toNorth, toEast)
        let there = try #require(from.distance(to: to))
        #expect(abs(there - kilometres) < kilometres * 0.005, "\(there)")
        #expect(abs(there - (to.distance(to: from) ?? 0)) < 1e-6)
        #expect(from.distance(to: Place()) == nil)
    }

    /// Each part comes from the first that has it.
    @Test func severalAreAskedInTurn() throws {
        let one = try PlaceDatabase(path: Self.path)
        let places = Places([one, one])
        #expect(!places.isEmpty && Places().isEmpty)
        #expect(places.place(of: try #require(IPAddress("192.0.2.1")))?.country == "BR")
        #expect(places.place(of: try #require(IPAddress("10.0.0.1"))) == nil)
    }

    @Test func whatIsNoneIsRefusedByName() throws {
        let error = #expect(throws: PlaceError.self) { try PlaceDatabase(path: "/nowhere/city.mmdb") }
        #expect(error?.description.hasPrefix("/nowhere/city.mmdb: ") ?? false)
    }

    /// Every byte changed, and cut everywhere: read or refused, and whatever is asked is answered.
    @Test func damagedOnesDoNoHarm() throws {
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.path)))
        let path = FileManager.default.temporaryDirectory.path + "/nightjar-places-\(UUID().uuidString).mmdb"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let addresses = try ["203.0.113.7", "192.0.2.1", "2001:db8::1"].map { try #require(IPAddress($0)) }
        func ask(_ bytes: [UInt8]) throws {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            guard let database = try? PlaceDatabase(path: path) else { return }
            for address in addresses {
                if let place = database.place(of: address), let north = place.latitude { #expect(abs(north) <= 90) }
            }
            _ = try? database.countries()
        }
        for place in stride(from: 0, to: whole.count, by: 3) {
            var other = whole
            other[place] ^= 0xA5
            try ask(other)
            try ask(Array(whole.prefix(place)))
        }
        #expect(try PlaceDatabase(path: Self.path).countries().keys.sorted() == ["BR", "DE", "JP", "VN"])
    }
}
