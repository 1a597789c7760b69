internal import Events
internal import Primitives

/// The acts of an incident as JSON text.
enum ActCoding {
    static func json(_ acts: [IncidentAct]) -> JSONValue {
        .array(
            acts.map { act in
                .object([
                    .init("kind", .text(act.kind)), .init("first", .integer(act.first.nanoseconds)),
                    .init("last", .integer(act.last.nanoseconds)), .init("count", .integer(Int64(act.count))),
                    .init("sources", .texts(act.sources)), .init("targets", .texts(act.targets)),
                    .init("target_count", .integer(Int64(act.targetCount))), .init("users", .texts(act.users)),
                    .init("user_count", .integer(Int64(act.userCount))), .init("object", .optional(act.object)),
                ])
            })
    }

    static func acts(_ text: Bytes) -> [IncidentAct] {
        (JSONReader.read(text)?.elements ?? []).map { value in
            var act = IncidentAct(
                kind: value.string("kind"), first: Timestamp(nanoseconds: value.integer("first")),
                last: Timestamp(nanoseconds: value.integer("last")), count: Int(value.integer("count")))
            act.sources = value["sources"]?.strings ?? []
            act.targets = value["targets"]?.strings ?? []
            act.targetCount = Int(value.integer("target_count"))
            act.users = value["users"]?.strings ?? []
            act.userCount = Int(value.integer("user_count"))
            act.object = value["object"]?.string
            return act
        }
    }
}
