import Foundation
import Primitives
import Rules
import Testing

private func parsed(
    _ options: String, _ parsing: SignatureParseOptions = SignatureParseOptions()
) -> (signatures: [Signature], diagnostics: [Diagnostic], refused: Int) {
    SignatureParser.parse(text: "alert ip any any -> any any (\(options) sid:1;)", file: "own.rules", options: parsing)
}

/// `geoip`, against a database made here (https://maxmind.github.io/MaxMind-DB/).
@Suite struct CountryKeywordTests {
    /// Networks by country, as a MaxMind DB file of IPv6 with records of `bits` bits.
    static func database(_ networks: [(address: UInt128, prefix: Int, code: String)], bits: Int) -> [UInt8] {
        // Each node: two children; nil is nothing, negative a country.
        var tree: [[Int?]] = [[nil, nil]]
        var codes: [String] = []
        for network in networks {
            if !codes.contains(network.code) { codes.append(network.code) }
            let leaf = -1 - (codes.firstIndex(of: network.code) ?? 0)
            var node = 0
            for bit in 0..<network.prefix {
                let side = Int(truncatingIfNeeded: network.address >> UInt128(127 - bit)) & 1
                if bit == network.prefix - 1 {
                    tree[node][side] = leaf
                } else if let child = tree[node][side] {
                    node = child
                } else {
                    tree.append([nil, nil])
                    tree[node][side] = tree.count - 1
                    node = tree.count - 1
                }
            }
        }
        var data: [UInt8] = []
        var places: [Int] = []
        for code in codes {
            places.append(data.count)
            // {"country": {"iso_code": code}}, the second on points to the first's keys.
            data += [0xE1] + (places.count == 1 ? text("country") : [0x20, 1]) + [0xE1]
            data += (places.count == 1 ? text("iso_code") : [0x20, 10]) + text(code)
        }
        var file: [UInt8] = []
        for node in tree {
            let values = node.map { child in
                child.map { $0 < 0 ? tree.count + 16 + places[-1 - $0] : $0 } ?? tree.count
            }
            file += record(values, bits: bits)
        }
        file += [UInt8](repeating: 0, count: 16) + data + [0xAB, 0xCD, 0xEF] + Array("MaxMind.com".utf8)
        // Without these the library takes it for no database.
        file += [0xE9] + text("binary_format_major_version") + [0xA1, 2] + text("binary_format_minor_version") + [0xA0]
        file +=
            text("build_epoch") + [0x01, 0x02, 1] + text("database_type") + text("T") + text("description") + [0xE0]
        file += text("languages") + [0x00, 0x04]
        file += text("node_count") + [0xC4] + big(tree.count, 4) + text("record_size") + [0xA2]
        return file + big(bits, 2) + text("ip_version") + [0xA2] + big(6, 2)
    }

    /// What is read of a file with these bytes. Throws `PlaceError`.
    static func read(_ bytes: [UInt8]) throws -> CountryDatabase {
        let path = FileManager.default.temporaryDirectory.path + "/nightjar-countries-\(UUID().uuidString).mmdb"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try CountryDatabase(path: path)
    }

    /// A length of 29 and more stands behind the first byte.
    private static func text(_ text: String) -> [UInt8] {
        let count = text.utf8.count
        return (count < 29 ? [0x40 | UInt8(count)] : [0x5D, UInt8(count - 29)]) + Array(text.utf8)
    }

    private static func big(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func record(_ values: [Int], bits: Int) -> [UInt8] {
        if bits != 28 { return values.flatMap { big($0, bits / 8) } }
        let middle = UInt8((values[0] >> 24) << 4 | values[1] >> 24)
        return big(values[0], 3) + [middle] + big(values[1], 3)
    }

    private static func sample(_ bits: Int) -> [UInt8] {
        database(
            [
                (UInt128(0xC633_6400), 120, "CN"), (UInt128(0xCB00_7100), 120, "RU"),
                (UInt128(0x2001_0DB8) << 96, 32, "VN"),
            ], bits: bits)
    }

    @Test(arguments: [24, 28, 32])
    func addressesOfCountriesAreRead(_ bits: Int) throws {
        let known = try CountryKeywordTests.read(CountryKeywordTests.sample(bits))
        let china = known.addresses(of: ["CN"])
        #expect(china.contains(try #require(IPAddress("198.51.100.7"))))
        #expect(!china.contains(try #require(IPAddress("203.0.113.7"))))
        #expect(known.addresses(of: ["VN"]).contains(try #require(IPAddress("2001:db8::1"))))
        // What has no country is not of another one either.
        let others = known.addresses(notOf: ["CN"])
        #expect(others.contains(try #require(IPAddress("203.0.113.7"))))
        #expect(!others.contains(try #require(IPAddress("192.0.2.1"))))
    }

    @Test func damagedFilesAreNone() {
        let file = CountryKeywordTests.sample(24)
        for none in [[], Array(file.dropLast(4)), Array("MaxMind.com".utf8)] {
            #expect(throws: PlaceError.self) { try CountryKeywordTests.read(none) }
        }
        for place in file.indices {
            var other = file
            other[place] ^= 0x5A
            // Read or refused, never more than the file has.
            if let known = try? CountryKeywordTests.read(other) { #expect(!known.addresses(of: ["XX"]).isAny) }
        }
    }

    private func options(_ countries: CountryDatabase) -> SignatureParseOptions {
        var options = SignatureParseOptions()
        options.countries = countries
        return options
    }

    @Test func aRuleNamesASideAndCountries() throws {
        let known = try CountryKeywordTests.read(CountryKeywordTests.sample(24))
        let table: [(option: String, side: AddressSide, has: String, hasNot: String)] = [
            ("geoip:src,CN,RU;", .source, "203.0.113.7", "192.0.2.1"),
            ("geoip:dst,!RU;", .destination, "198.51.100.7", "203.0.113.7"),
            ("geoip:VN;", .any, "2001:db8::1", "198.51.100.7"),
        ]
        for row in table {
            let rules = parsed(row.option, options(known))
            let test = try #require(rules.signatures.first?.addressTests.first, "\(rules.diagnostics)")
            #expect(test.side == row.side)
            #expect(test.addresses.contains(try #require(IPAddress(row.has))))
            #expect(!test.addresses.contains(try #require(IPAddress(row.hasNot))))
        }
    }

    @Test func refusalsSayWhatIsMissing() throws {
        let known = try CountryKeywordTests.read(CountryKeywordTests.sample(24))
        let none = parsed("geoip:src,CN;", options(CountryDatabase())).diagnostics.first
        #expect(none?.message.contains("no database of countries") ?? false)
        #expect(parsed("geoip:src,China;", options(known)).diagnostics.first?.message.contains("two capital") ?? false)
    }
}
