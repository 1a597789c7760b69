internal import Events
internal import Primitives

/// Many clients' parts of one minute in one observation: words separated by spaces, each
/// `client,requests,agents,first,last,number,offset,length,id`: times in nanoseconds, the rest naming the first event.
///
/// At the seams between drains every client has to be handed on by name, as the rest of its minute may be in the next
/// drain. One by one they would fill the spool; without excerpts and in one row they take a twentieth of the room.
enum ClientList {
    static func append(_ aggregate: Aggregate, _ event: EventReference, client: String, to text: inout String) {
        if !text.isEmpty { text += " " }
        text += "\(client),\(aggregate.count),\(aggregate.extra),\(aggregate.first.nanoseconds),"
        text += "\(aggregate.last.nanoseconds),\(event.number),\(event.offset),\(event.length),\(event.id)"
    }

    /// What is not of this form is left out.
    static func read(_ text: String, input: ContentID) -> [(client: String, minute: ClientMinute)] {
        text.split(separator: " ").compactMap { word in
            let parts = word.split(separator: ",", omittingEmptySubsequences: false)
            guard parts.count == 9, let count = Int(parts[1]), count > 0, let agents = UInt64(parts[2]),
                let first = Int64(parts[3]), let last = Int64(parts[4]), let number = UInt64(parts[5]),
                let offset = Int64(parts[6]), let length = Int(parts[7]), let id = ContentID(String(parts[8]))
            else { return nil }
            let event = EventReference(id: id, input: input, number: number, offset: offset, length: length)
            let record = SlotRecord(
                count: count, first: Timestamp(nanoseconds: first), last: Timestamp(nanoseconds: last), event: event)
            return (String(parts[0]), ClientMinute(record: record, agents: agents))
        }
    }
}
