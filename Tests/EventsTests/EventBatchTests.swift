import Events
import Primitives
import Testing

@Suite struct EventBatchTests {
    @Test func fieldNumbersFollowTheCatalogue() {
        for (index, field) in Field.allCases.enumerated() { #expect(FieldID(field).rawValue == UInt16(index)) }
        #expect(Field.allCases.count <= 256)
        #expect(Set(Field.allCases.map(\.rawValue)).count == Field.allCases.count)
    }

    @Test func registryKnowsCatalogueAndRegisteredNames() throws {
        let registry = FieldRegistry()
        let own = try #require(registry.register("CommandLine"))
        #expect(own.rawValue == 256 && registry.register("CommandLine") == own)
        for index in 0..<2000 { _ = registry.register("field\(index)") }
        #expect("CommandLine".withBytes { registry.id(of: $0) } == own)
        #expect("field1999".withBytes { registry.id(of: $0) }.flatMap { registry.name(of: $0) } == "field1999")
        #expect("source.ip".withBytes { registry.id(of: $0) } == FieldID(.sourceIP))
        #expect("nothing".withBytes { registry.id(of: $0) } == nil)
        #expect(registry.id(of: "source.ip") == FieldID(.sourceIP))
    }

    @Test func keepsEventsOfManySizes() throws {
        let batch = EventBatch(registry: FieldRegistry())
        let line = Array("GET /index 200".utf8)
        line.withBytes { input in
            batch.reset(input: input)
            for number in 0..<5000 {
                let slots = (0..<(number % 40)).map { _ in
                    FieldSlot(FieldID(.urlPath), .input, .text, offset: 4, length: 6)
                }
                let record = EventRecord(
                    time: Timestamp(nanoseconds: Int64(number)), line: number, offset: 0, length: 14,
                    logSource: .webAccess)
                slots.withUnsafeBufferPointer { batch.append(record, slots: $0) }
            }
            #expect(batch.count == 5000)
            for number in 0..<5000 {
                #expect(batch.fields(of: number).count == number % 40)
                if number % 40 > 0 { #expect(batch.text(.urlPath, of: number) == "/index") }
            }
            #expect(batch.raw(of: 4999) == "GET /index 200")
        }
    }

    @Test func batchNamesAreForgottenOnReset() throws {
        let batch = EventBatch(registry: FieldRegistry())
        let id = try #require(batch.batchField("odd"))
        #expect(id.isOfBatch && batch.name(of: id) == "odd" && batch.batchField("odd") == id)
        batch.reset(input: .empty)
        #expect(batch.name(of: id) == "")
    }

    @Test func constantsAreShared() {
        let one = ConstantText("authentication")
        #expect(one.bytes == "authentication" && ConstantText("authentication").bytes.start == one.bytes.start)
    }
}

@Suite struct IdentityTests {
    @Test func equalLinesOfTwoInputsAreTwoEvents() {
        let (a, b) = (ContentID(high: 0, low: 1), ContentID(high: 0, low: 2))
        "line".withBytes { line in
            #expect(eventID(input: a, offset: 0, bytes: line) != eventID(input: b, offset: 0, bytes: line))
            #expect(eventID(input: a, offset: 0, bytes: line) != eventID(input: a, offset: 5, bytes: line))
            #expect(eventID(input: a, offset: 0, bytes: line) == eventID(input: a, offset: 0, bytes: line))
        }
    }

    @Test(arguments: [
        ("source.ip", "ip"), ("source.address", "ip"), ("user.target.name", "user"), ("host.hostname", "host"),
        ("dns.question.registered_domain", "domain"), ("file.hash.sha256", "hash"), ("process.name", "other"),
    ])
    func entitiesByField(_ field: String, _ kind: String) {
        #expect(Entity(field: field, value: "x").kind == kind)
    }
}
