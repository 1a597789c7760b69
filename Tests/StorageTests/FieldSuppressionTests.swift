import Events
import Primitives
import Storage
import Testing

@Suite struct FieldSuppressionTests {
    let folder = TemporaryFolder()

    @Test func everyDetectionMustHaveTheValue() throws {
        let store = try Store(path: folder.store)
        try store.commit(Make.chunk(from: 0, to: 4))
        let all = try store.detections()
        let names = Set(all.flatMap { $0.fields.map(\.name) })
        let field = try #require(names.sorted().first)
        let values = all.map { detection in detection.fields.first { $0.name == field }?.value }
        try store.replaceIncidents(all.map { Make.incident([$0]) })
        func suppress(_ value: String) throws -> Int {
            try store.suppress(
                Suppression(
                    field: FieldValue(name: field, value: value), reason: "test", until: Timestamp(nanoseconds: .max)),
                by: Make.analyst)
        }
        let wanted = try #require(values[0])
        #expect(try suppress(wanted) == values.count { $0 == wanted })
        #expect(try suppress("no such value") == 0)
        #expect(
            try suppress(String(wanted.prefix(1)) + "*") == values.count { $0?.hasPrefix(wanted.prefix(1)) ?? false })
        let kept = try #require(try store.suppressions().first)
        #expect(kept.field == FieldValue(name: field, value: wanted))
        // An incident that also has a detection without it is not hidden.
        try store.unsuppress(kept.id, by: Make.analyst)
        #expect(try store.suppressions().count == 2)
    }
}
