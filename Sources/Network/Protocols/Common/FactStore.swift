internal import Events
internal import Primitives

/// What a transaction's event will say, gathered over several messages: fields with their values, in one run of bytes
/// (field number, length in two bytes, value). A plain value in a pool's memory: whoever owns it calls `free`.
struct FactStore {
    /// Bytes that the facts of one transaction may take.
    static let limit = 16 << 10

    private var store = ByteStore()

    var isEmpty: Bool { store.count == 0 }

    /// Adds a value, cut to 1 KiB; leaves it out where there is no room.
    mutating func add(_ field: Field, _ bytes: Bytes, _ meter: MemoryMeter) {
        guard !bytes.isEmpty else { return }
        let value = bytes.prefix(1024)
        guard store.count + value.count + 3 <= FactStore.limit else { return }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 3) { head in
            guard let base = head.baseAddress else { return }
            base[0] = unsafeBitCast(field, to: UInt8.self)
            base[1] = UInt8(truncatingIfNeeded: value.count >> 8)
            base[2] = UInt8(truncatingIfNeeded: value.count)
            let before = store.count
            guard store.append(Bytes(start: base, count: 3), limit: FactStore.limit, meter) else {
                store.cut(to: before)
                return
            }
            if !store.append(value, limit: FactStore.limit, meter) { store.cut(to: before) }
        }
    }

    mutating func add(_ field: Field, _ text: StaticString, _ meter: MemoryMeter) {
        add(field, Bytes(start: text.utf8Start, count: text.utf8CodeUnitCount), meter)
    }

    mutating func add(_ field: Field, number: Int, _ meter: MemoryMeter) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            guard let base = digits.baseAddress else { return }
            var at = 20
            var rest = number.magnitude
            repeat {
                at -= 1
                base[at] = UInt8(rest % 10) + 0x30
                rest /= 10
            } while rest > 0 && at > 1
            if number < 0 {
                at -= 1
                base[at] = ASCII.minus
            }
            add(field, Bytes(start: base + at, count: 20 - at), meter)
        }
    }

    /// Writes all of them into the event under way.
    func write(into writer: inout EventWriter, _ events: EventBatch) {
        let bytes = store.bytes
        var at = 0
        while at + 3 <= bytes.count {
            let length = Int(bytes.bigEndian16(at: at + 1))
            let field = unsafeBitCast(bytes[at], to: Field.self)
            writer.text(field, bytes.slice(at + 3, at + 3 + length), events)
            at += 3 + length
        }
    }

    mutating func clear() { store.clear() }

    mutating func free(_ meter: MemoryMeter) { store.free(meter) }
}
