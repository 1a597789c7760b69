import Correlation
import Events
import Primitives
import Rules
import Testing

@Suite struct BindingTests {
    private let address = IPAddress("10.0.5.7") ?? IPAddress(high: 0, low: 0)

    private func sighting(_ kind: SightingKind, _ name: String, _ first: Double, _ last: Double) -> Sighting {
        let time = Make.time(first)
        return Sighting(
            kind: kind, address: address, name: name, slot: time.nanoseconds / Sighting.slotNanoseconds, first: time,
            last: Make.time(last))
    }

    @Test func aLeaseHoldsUntilTheNext() {
        let table = BindingTable([sighting(.lease, "pc-1", 0, 0), sighting(.lease, "pc-2", 7200, 7200)])
        func names(_ time: Double) -> [String] { table.names(of: "10.0.5.7", kinds: [.lease], at: Make.time(time)) }
        #expect(names(3600) == ["pc-1"])
        #expect(names(7300) == ["pc-2"])
        #expect(names(-400) == [])
        #expect(names(7200 + 25 * 3600) == [])
        #expect(table.names(of: "10.0.5.8", kinds: [.lease], at: Make.time(10)) == [])
        #expect(table.names(of: "no address", kinds: [.lease], at: Make.time(10)) == [])
    }

    @Test func namesHoldBesideEachOther() {
        let table = BindingTable([sighting(.answer, "b.example", 0, 10), sighting(.answer, "a.example", 5, 20)])
        #expect(table.names(of: "10.0.5.7", kinds: [.answer], at: Make.time(60)) == ["a.example", "b.example"])
    }

    @Test func aCorrelationJoinsByTheNameOfAnAddress() {
        let alias = CorrelationRule.Alias(
            name: "name", fields: ["answer": "dns.question.name", "beacon": "domain.of(destination.ip)"])
        let rule = Make.rule(
            "call", .temporalOrdered, of: ["answer", "beacon"], by: ["source.ip", "name"], within: 3600,
            aliases: [alias])
        let answer = Make.observation(
            0, "answer", at: 0, ["source.ip": "10.0.9.1", "dns.question.name": "c2.example"])
        let beacon = Make.observation(1, "beacon", at: 600, ["source.ip": "10.0.9.1", "destination.ip": "10.0.5.7"])
        func found(_ bindings: BindingTable) -> Int {
            let correlator = Correlator(rules: [rule], catalogue: [:], maximumBytes: 1 << 20, bindings: bindings)
            correlator.feed(answer)
            correlator.feed(beacon)
            correlator.finish()
            return correlator.takeDetections().count
        }
        #expect(Correlator.asksForBindings([rule]))
        #expect(found(BindingTable([sighting(.answer, "c2.example", 0, 0)])) == 1)
        #expect(found(BindingTable([sighting(.answer, "other.example", 0, 0)])) == 0)
        #expect(found(BindingTable()) == 0)
    }

    /// Each recipient of a mail is a reader, by the whole address or by what stands before its @.
    @Test(arguments: [("lan.bui", 1), ("minh@b.example", 1), ("an", 0), ("b.example", 0)])
    func aMailReachesTheComputerOfItsReader(_ user: String, _ count: Int) {
        let alias = CorrelationRule.Alias(
            name: "reader", fields: ["mail": "mailbox.of(email.to.address)", "beacon": "user.of(source.ip)"])
        let rule = Make.rule(
            "chain", .temporalOrdered, of: ["mail", "beacon"], by: ["reader"], within: 3600, aliases: [alias])
        let correlator = Correlator(
            rules: [rule], catalogue: [:], maximumBytes: 1 << 20, bindings: BindingTable([sighting(.user, user, 0, 0)]))
        let mail = Make.observation(0, "mail", at: 0)
        let readers = ["<Lan.Bui@a.example>", "minh@b.example"].map { FieldValue(name: "email.to.address", value: $0) }
        correlator.feed(Observation(time: mail.time, subject: "mail", event: mail.event, values: readers))
        correlator.feed(Make.observation(1, "beacon", at: 600, ["source.ip": "10.0.5.7"]))
        correlator.finish()
        #expect(correlator.takeDetections().count == count)
    }

    @Test func detectionsCarryWhomTheirRecordsName() throws {
        let brute = Make.rule("brute", .eventCount, of: ["fail"], within: 600, [(.greaterOrEqual, 5)])
        let correlator = Correlator(rules: [brute], catalogue: [:], maximumBytes: 16 << 20)
        for index in 0..<200 {
            correlator.feed(
                Make.observation(
                    index, "fail", at: Double(index),
                    ["source.ip": "203.0.113.7", "user.name": "user\(index % 80)", "host.hostname": "web-01"]))
        }
        correlator.finish()
        let one = try #require(correlator.takeDetections().last)
        #expect(one.fields.filter { $0.name == "user.name" }.count == 50, "bounded")
        #expect(one.fields.contains(FieldValue(name: "host.hostname", value: "web-01")))
        #expect(one.fields.filter { $0.name == "source.ip" }.count == 1)
    }
}
