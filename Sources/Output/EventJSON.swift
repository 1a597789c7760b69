package import Events
internal import Primitives

/// Events as `parse` prints them: one JSON object a record, flat ECS names, in record order.
///
/// `{"line": N, "@timestamp": ..., FIELDS...}`; `"packet"` instead of `"line"` for what was made from packets. A field
/// that occurs several times in an event is an array, in order; `event.category` and `event.type` always are (ECS). A
/// number is written as one where its text is a number in JSON. Fields of the input that are called `line`, `packet` or
/// `error` like our own keys appear as `input.line` and so on.
///
/// Linear in the number of fields whatever they are called; nothing is allocated in steady state.
package struct EventJSON: ~Copyable {
    /// By field number: the event in which it was last seen, and its first slot there.
    private var seenIn = [UInt32](repeating: 0, count: 1 << 16)
    private var firstSlot = [UInt16](repeating: 0, count: 1 << 16)
    /// By slot: the next slot with the same field; 0 ends the chain (no slot is followed by the first).
    private var nextSlot: [UInt16] = []
    private var generation: UInt32 = 0

    package init() {}

    /// Writes all records of `batch`, events and unread ones, in order; `firstLine` is the number (from 1) of the
    /// batch's first line.
    package mutating func encode(_ batch: EventBatch, firstLine: UInt64, into writer: inout JSONWriter) {
        var event = 0
        var unread = 0
        while event < batch.count || unread < batch.unread.count {
            let takesUnread =
                unread < batch.unread.count
                && (event == batch.count || batch.unread[unread].line < batch.events[event].line)
            if takesUnread {
                encode(batch.unread[unread], firstLine: firstLine, into: &writer)
                unread += 1
            } else {
                encode(batch, event: event, firstLine: firstLine, into: &writer)
                event += 1
            }
        }
    }

    /// Writes event `event` of `batch` and a newline.
    package mutating func encode(
        _ batch: EventBatch, event: Int, firstLine: UInt64, into writer: inout JSONWriter
    ) {
        let record = batch.events[event]
        writer.beginObject()
        if record.flags.contains(.fromNetwork) {
            writer.key("packet")
            writer.integer(record.line)
        } else {
            writer.key("line")
            writer.integer(firstLine &+ UInt64(record.line))
        }
        if !record.time.isNone {
            writer.key("@timestamp")
            writer.time(record.time)
            if record.flags.contains(.timeBorrowed) {
                writer.key("@timestamp.borrowed")
                writer.boolean(true)
            }
        }
        encodeFields(of: event, in: batch, hasTime: !record.time.isNone, into: &writer)
        writer.endObject()
        writer.newline()
    }

    /// Writes a record that became no event, and a newline: `{"line": N, "error": {"reason": ..., "offset": ...}}`.
    package func encode(_ unread: UnreadRecord, firstLine: UInt64, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("line")
        writer.integer(firstLine &+ UInt64(unread.line))
        writer.key("error")
        writer.beginObject()
        writer.key("reason")
        writer.string(unread.reason.rawValue)
        writer.key("offset")
        writer.integer(unread.offset)
        writer.endObject()
        writer.endObject()
        writer.newline()
    }

    private mutating func encodeFields(
        of event: Int, in batch: EventBatch, hasTime: Bool, into writer: inout JSONWriter
    ) {
        let slots = batch.fields(of: event)
        chain(slots)
        for index in 0..<slots.count {
            let slot = slots[index]
            guard Int(firstSlot[Int(slot.field.rawValue)]) == index else { continue }
            if hasTime && slot.field == FieldID(.timestamp) { continue }
            writeKey(slot.field, batch, &writer)
            let next = Int(nextSlot[index])
            if next == 0 && !EventJSON.isList(slot.field) {
                EventJSON.write(slot, batch, &writer)
                continue
            }
            writer.beginArray()
            var at = index
            repeat {
                EventJSON.write(slots[at], batch, &writer)
                at = Int(nextSlot[at])
            } while at != 0
            writer.endArray()
        }
    }

    /// Links the slots of equal fields, from the last to the first.
    private mutating func chain(_ slots: UnsafeBufferPointer<FieldSlot>) {
        generation &+= 1
        if generation == 0 {
            seenIn = [UInt32](repeating: 0, count: 1 << 16)
            generation = 1
        }
        while nextSlot.count < slots.count { nextSlot.append(0) }
        for index in stride(from: slots.count - 1, through: 0, by: -1) {
            let field = Int(slots[index].field.rawValue)
            nextSlot[index] = seenIn[field] == generation ? firstSlot[field] : 0
            seenIn[field] = generation
            firstSlot[field] = UInt16(index)
        }
    }

    private func writeKey(_ field: FieldID, _ batch: EventBatch, _ writer: inout JSONWriter) {
        let name = batch.name(of: field)
        let isOurs =
            field.rawValue >= FieldID.firstRegistered && (name == "line" || name == "packet" || name == "error")
        writer.key(named: isOurs ? "input." + name : name)
    }

    private static func isList(_ field: FieldID) -> Bool {
        field == FieldID(.eventCategory) || field == FieldID(.eventType)
    }

    private static func write(_ slot: FieldSlot, _ batch: EventBatch, _ writer: inout JSONWriter) {
        switch slot.type {
        case .text: writer.string(batch.bytes(of: slot))
        case .number: writer.number(batch.bytes(of: slot))
        case .boolean: boolean(batch.bytes(of: slot), &writer)
        case .null: writer.null()
        }
    }

    private static func boolean(_ text: Bytes, _ writer: inout JSONWriter) {
        if text == "true" {
            writer.boolean(true)
        } else if text == "false" {
            writer.boolean(false)
        } else {
            writer.string(text)
        }
    }
}
