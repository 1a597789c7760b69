import Anomalies
import Events
import Primitives
import Rules
import Testing

/// Long connections, data that leaves, and keys with many values, simulated.
@Suite struct FlowVolumeTests {
    static let day = 86_400.0

    static func flow(
        _ seconds: Double, from source: String = "10.0.4.21", to target: String = "203.0.113.9", out: Int,
        back: Int = 2000, duration: Double = 1
    ) -> Sample {
        var sample = Sample.flow(
            seconds, from: source, to: target, 443, forth: 5, back: 4, bytesBack: back, state: "closed", flags: "SAPF",
            bytesForth: out)
        sample.fields.append((.eventDuration, String(Int(duration * 1e9))))
        return sample
    }

    @Test func aLongConnectionIsFound() throws {
        let rule = Simulation.rule("long_connection", ["duration": "4h"])
        let short = (0..<100).map { Self.flow(Double($0) * 60, out: 500, duration: 1200) }
        #expect(try Simulation.run([rule], short).isEmpty)
        let found = try Simulation.run([rule], short + [Self.flow(7000, out: 10, duration: 5 * 3600)])
        #expect(found.count == 1)
        #expect(found.first?.fields.contains(FieldValue(name: "connection.seconds", value: "18000")) == true)
        #expect(found.first?.fields.contains(FieldValue(name: "score", value: "1.25")) == true)
        // From outside to inside is another matter.
        let inward = Self.flow(1, from: "203.0.113.9", to: "10.0.4.21", out: 10, duration: 5 * 3600)
        #expect(try Simulation.run([rule], [inward]).isEmpty)
    }

    /// Twelve clients that mostly fetch, for eight hours.
    private static func office() -> [Sample] {
        var random = Random(23)
        var samples: [Sample] = []
        for number in 0..<12 * 8 * 20 {
            samples.append(
                flow(
                    Double(number) * 15, from: "10.0.4.\(30 + number % 12)", out: 800 + random.below(6000),
                    back: 20_000 + random.below(200_000)))
        }
        return samples
    }

    @Test func dataThatLeavesIsFound() throws {
        let rule = Simulation.rule("exfiltration", ["floor": "10485760"])
        #expect(try Simulation.run([rule], Self.office()).isEmpty)
        let theft = (0..<20).map { Self.flow(14_400 + Double($0) * 30, out: 3_000_000, back: 9000) }
        let found = try Simulation.run([rule], (Self.office() + theft).sorted { $0.seconds < $1.seconds })
        #expect(found.map(\.entity.value) == ["10.0.4.21"])
        let fields = try #require(found.first?.fields)
        #expect(fields.contains(FieldValue(name: "bytes.out", value: "60000000")))
        #expect(fields.contains(FieldValue(name: "bytes.ratio", value: "0.994")))
        // As many bytes fetched as sent is no producer.
        let balanced = (0..<20).map { Self.flow(14_000 + Double($0) * 30, out: 3_000_000, back: 3_000_000) }
        #expect(try Simulation.run([rule], (Self.office() + balanced).sorted { $0.seconds < $1.seconds }).isEmpty)
    }

    /// One of the office copies 200 MB each night; then another amount, and the same one at another time.
    @Test func aNightlyCopyIsFoundOnce() throws {
        let rule = Simulation.rule("exfiltration", ["floor": "10485760"])
        func copy(_ day: Int, hour: Double, parts: Int = 40) -> [Sample] {
            let start = Double(day) * Self.day + hour * 3600
            return (0..<parts).map { number in
                Self.flow(start + Double(number) * 20, from: "10.0.4.30", out: 5_000_000, back: 9000)
            }
        }
        let days = (0..<6).flatMap { day in
            Self.office().map { sample in
                var later = sample
                later.seconds += Double(day) * Self.day
                return later
            }
        }
        /// Hours since the start.
        func found(_ more: [Sample]) throws -> [Int64] {
            let run = try Simulation.run([rule], (days + more).sorted { $0.seconds < $1.seconds })
            return run.map { ($0.first.nanoseconds / 1_000_000_000 - Clock.start) / 3600 }.sorted()
        }
        let nights = (1..<5).flatMap { copy($0, hour: 2 + Double($0 % 2)) }
        #expect(try found(nights) == [24 + 3])
        #expect(try found(nights + copy(5, hour: 2, parts: 100)) == [24 + 3, 5 * 24 + 2])
        #expect(try found(nights + copy(5, hour: 14)) == [24 + 3, 5 * 24 + 14])
    }

    /// An API key that fetches everything.
    @Test func dataFetchedWithAKeyIsFound() throws {
        let rule = Simulation.rule(
            "exfiltration", ["bytes": "response", "key": "user.name", "floor": "5242880", "peers": "4"])
        func request(_ seconds: Double, _ key: String, _ bytes: Int, from client: String = "198.51.100.7") -> Sample {
            Sample(
                seconds: seconds, source: .nginxAccess,
                fields: [(.userName, key), (.sourceIP, client), (.httpResponseBytes, String(bytes))])
        }
        var samples = (0..<4000).map { request(Double($0) * 5, "agency-\($0 % 8)", 900 + $0 % 700) }
        #expect(try Simulation.run([rule], samples).isEmpty)
        samples += (0..<400).map { request(9000 + Double($0), "agency-3", 40_000, from: "203.0.113.9") }
        let found = try Simulation.run([rule], samples.sorted { $0.seconds < $1.seconds })
        #expect(found.map(\.entity.value) == ["agency-3"])
        // Who fetched with it in that hour is shown.
        let clients = try #require(found.first).fields.filter { $0.name == "source.ip" }.map(\.value)
        #expect(clients == ["198.51.100.7", "203.0.113.9"])
    }

    /// A key that reads a register record by record; one that asks much from the start is not told from the others.
    @Test func requestsWithAKeyAreCounted() throws {
        let rule = Simulation.rule(
            "exfiltration", ["amount": "requests", "key": "user.name", "floor": "200", "score": "10", "peers": "4"])
        func requests(_ key: String, every pause: Double, from start: Double = 0, to end: Double = 8 * 3600) -> [Sample]
        {
            stride(from: start, to: end, by: pause).map { seconds in
                Sample(
                    seconds: seconds, source: .nginxAccess,
                    fields: [(.userName, key), (.sourceIP, "198.51.100.7"), (.httpResponseBytes, "300")])
            }
        }
        let ordinary = (0..<6).flatMap { requests("agency-\($0)", every: 200 + Double($0) * 40, from: Double($0)) }
        func found(_ more: [Sample]) throws -> [String] {
            try Simulation.run([rule], (ordinary + more).sorted { $0.seconds < $1.seconds }).map(\.entity.value)
        }
        #expect(try found([]).isEmpty)
        #expect(try found(requests("agency-3", every: 10, from: 5 * 3600, to: 6 * 3600)) == ["agency-3"])
        #expect(try found(requests("agency-3", every: 30, from: 5 * 3600, to: 6 * 3600)).isEmpty)
        // Twelve a minute, always: it stands out in its first three hours at most.
        let big = requests("agency-9", every: 5)
        let hours = try Simulation.run([rule], (ordinary + big).sorted { $0.seconds < $1.seconds }).map { finding in
            (finding.last.nanoseconds / 1_000_000_000 - Clock.start) / 3600
        }
        #expect(hours == [2])
    }

    @Test func differentValuesAreCounted() throws {
        let rule = Simulation.rule("distinct_count", ["value": "destination.ip", "values": "200", "window": "10m"])
        let few = (0..<2000).map { Self.flow(Double($0) * 0.2, to: "203.0.113.\($0 % 100)", out: 100) }
        #expect(try Simulation.run([rule], few).isEmpty)
        let many = (0..<2000).map { Self.flow(Double($0) * 0.2, to: "203.0.\(113 + $0 / 200).\($0 % 200)", out: 100) }
        let found = try Simulation.run([rule], many)
        let value = found.first?.fields.first { $0.name == "value" }.flatMap { Double($0.value) } ?? 0
        #expect(found.count == 1 && abs(value - 2000) < 200)
    }

    @Test(arguments: [10, 64, 65, 1000, 50_000]) func sketchesEstimateAndUnite(_ count: Int) {
        var whole = HyperLogLog()
        var left = HyperLogLog()
        var right = HyperLogLog()
        for number in 0..<count {
            "value \(number)".withBytes { value in
                whole.add(value)
                if number % 3 == 0 { left.add(value) } else { right.add(value) }
                if number % 7 == 0 { left.add(value) }
            }
        }
        left.formUnion(HyperLogLog(text: right.text))
        #expect(left.estimate == whole.estimate && HyperLogLog(text: whole.text).estimate == whole.estimate)
        let error = abs(Double(whole.estimate) - Double(count)) / Double(count)
        #expect(count < 65 ? error == 0 : error < 0.07)
    }
}

/// What web servers' logs tell beside attacks.
@Suite struct WebShapeTests {
    private static func request(_ seconds: Double, _ client: String, _ path: String, status: Int = 200) -> Sample {
        Sample(
            seconds: seconds, source: .nginxAccess,
            fields: [
                (.sourceIP, client), (.urlDomain, "portal.example.org"), (.urlPath, path),
                (.httpResponseStatusCode, String(status)),
            ])
    }

    @Test func aClientWithoutAssetsIsFound() throws {
        let rule = Simulation.rule("no_assets", ["pages": "100"])
        var samples: [Sample] = []
        for number in 0..<1200 {
            let client = "198.51.100.\(number % 6)"
            samples.append(Self.request(Double(number), client, "/tin-tuc/\(number)"))
            for asset in ["/a/app.css", "/a/app.js", "/a/logo.PNG"] {
                samples.append(Self.request(Double(number) + 0.1, client, asset))
            }
        }
        #expect(try Simulation.run([rule], samples).isEmpty)
        samples += (0..<150).map { Self.request(Double($0) * 1.5, "203.0.113.7", "/ho-so/\($0)") }
        samples.sort { $0.seconds < $1.seconds }
        let found = try Simulation.run([rule], samples)
        #expect(found.map(\.entity.value) == ["203.0.113.7"])
        let cut = try Simulation.detections(
            [rule], Simulation.observations([rule], samples, chunks: Set(stride(from: 50, to: samples.count, by: 50))))
        #expect(found.map(\.id) == cut.map(\.id) && found.map(\.fields) == cut.map(\.fields))
        // Where nobody loads assets, nobody is odd.
        let api = (0..<4000).map { Self.request(Double($0) / 8, "198.51.100.\($0 % 9)", "/api/v1/x") }
        #expect(try Simulation.run([rule], api).isEmpty)
    }

    @Test func aJumpOfErrorsIsFound() throws {
        let rule = Simulation.rule("error_rate", ["requests": "50", "share": "0.2"])
        let quiet = (0..<3000).map { number in
            Self.request(Double(number) * 5, "198.51.100.7", "/", status: number % 50 == 0 ? 502 : 200)
        }
        #expect(try Simulation.run([rule], quiet).isEmpty)
        let broken = quiet.map { sample in
            let isBroken = sample.seconds > 12_000 && sample.seconds < 13_000
            return isBroken ? Self.request(sample.seconds, "198.51.100.7", "/", status: 500) : sample
        }
        let found = try Simulation.run([rule], broken)
        #expect(found.count == 1 && found.first?.entity.value == "portal.example.org")
        #expect(found.first?.fields.contains { $0.name == "expectation" && (Double($0.value) ?? 1) < 0.05 } == true)
    }
}
