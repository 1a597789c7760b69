package import Events
package import Primitives

/// Where a decoder puts the fields of the line at hand: a fixed run of slots, the time, the log source and the flags.
///
/// Values are views of the line; a slot keeps their place in the batch. Values made on the way (escapes taken out,
/// addresses joined) lie in the batch's scratch memory.
package struct EventSink {
    /// Fields of one line that are kept; more are left out.
    package static let capacity = 4096

    package let batch: EventBatch
    let input: UnsafePointer<UInt8>
    private let inputCount: Int
    /// Room in the batch for the fields of the line at hand.
    private(set) var slots: UnsafeMutablePointer<FieldSlot>
    /// Words that access logs add to every line, at hand without a look into their tables.
    let accessWords = AccessWords.shared
    package private(set) var count = 0
    /// One bit for every catalogue field so far, by its number modulo 64: what has none is not there.
    private var present: UInt64 = 0
    package var time = Timestamp.none
    package var source = LogSource.unknown
    package var flags: EventFlags = []
    /// Why the line is unread, where a decoder that was sure of the format could not go on; `at` is relative to it.
    package var reason = UnreadReason.unknownFormat
    package var reasonOffset = 0
    package var clock: StampClock
    /// Place in the content of the line at hand.
    var lineOffset: Int64 = 0

    init(batch: EventBatch, input: Bytes, clock: StampClock) {
        self.batch = batch
        self.input = input.start
        inputCount = input.count
        slots = batch.roomForSlots(EventSink.capacity)
        self.clock = clock
    }

    /// Takes the fields so far in as an event of the batch, and makes room for the next line's.
    @inline(__always) mutating func commit(_ record: EventRecord) {
        batch.commit(record, slotCount: count)
        slots = batch.roomForSlots(EventSink.capacity)
    }

    /// Adds a field to the event that was taken in last.
    mutating func extendLast(_ slot: FieldSlot) {
        batch.addToLast(slot)
        slots = batch.roomForSlots(EventSink.capacity)
    }

    /// Where `line` lies in the input; nil where it is no part of it (a value that was decoded on the way).
    @inline(__always) func offset(of line: Bytes) -> Int? {
        let offset = line.start - input
        return offset >= 0 && offset + line.count <= inputCount ? offset : nil
    }

    /// Takes in `number` fields that a decoder wrote behind the last one. It has seen to it that there is room.
    @inline(__always) mutating func advance(by number: Int) {
        count += number
        present = .max
    }

    /// Forgets the fields of the line before.
    @inline(__always) mutating func begin() {
        count = 0
        present = 0
        time = .none
        source = .unknown
        flags = []
    }

    @inline(__always) package mutating func add(slot: FieldSlot) {
        guard count < EventSink.capacity else { return }
        slots[count] = slot
        count += 1
        if slot.field.rawValue < FieldID.firstRegistered { present |= 1 << UInt64(slot.field.rawValue & 63) }
    }

    /// A value that is a view of the line.
    @inline(__always) package mutating func add(_ field: Field, _ value: Bytes, type: ValueType = .text) {
        add(FieldID(field), value, type: type)
    }

    @inline(__always) package mutating func add(_ field: FieldID, _ value: Bytes, type: ValueType = .text) {
        var slot = view(value, type: type)
        slot.field = field
        add(slot: slot)
    }

    /// A slot (of no field yet) for bytes of the line or of the batch's scratch memory.
    @inline(__always) func view(_ value: Bytes, type: ValueType) -> FieldSlot {
        let offset = value.start - input
        if value.count == 0 { return FieldSlot(FieldID(.message), .input, type, offset: 0, length: 0) }
        if offset >= 0, offset < inputCount {
            return FieldSlot(FieldID(.message), .input, type, offset: offset, length: value.count)
        }
        let base = UnsafePointer(batch.scratch.base)
        return FieldSlot(FieldID(.message), .scratch, type, offset: value.start - base, length: value.count)
    }

    /// A value that is a view of the line, unless it is empty or `-`.
    @inline(__always) package mutating func addPresent(_ field: Field, _ value: Bytes, type: ValueType = .text) {
        if value.count == 0 || (value.count == 1 && value.start[0] == ASCII.minus) { return }
        add(field, value, type: type)
    }

    /// A number made by the decoder.
    package mutating func add(_ field: Field, number: Int) {
        guard let place = batch.scratch.appendDecimal(number) else { return }
        add(slot: FieldSlot(FieldID(field), .scratch, .number, offset: place.offset, length: place.length))
    }

    /// Takes back every field after the first `length`.
    package mutating func truncate(to length: Int) { count = min(count, length) }

    /// Another client than the one so far; the port was the other's.
    mutating func replaceClient(by client: Bytes) {
        for index in 0..<count where slots[index].field == FieldID(.sourceIP) {
            var slot = view(client, type: .text)
            slot.field = FieldID(.sourceIP)
            slots[index] = slot
        }
        for index in (0..<count).reversed() where slots[index].field == FieldID(.sourcePort) {
            for next in (index + 1)..<count { slots[next - 1] = slots[next] }
            count -= 1
        }
    }

    package func has(_ field: Field) -> Bool { value(of: field) != nil }

    /// The first value of `field` so far.
    package func value(of field: Field) -> Bytes? {
        let id = FieldID(field)
        if present >> UInt64(id.rawValue & 63) & 1 == 0 { return nil }
        for index in 0..<count where slots[index].field == id { return bytes(of: slots[index]) }
        return nil
    }

    package func bytes(of slot: FieldSlot) -> Bytes {
        slot.region == .input
            ? Bytes(start: input + Int(slot.offset), count: Int(slot.length)) : batch.bytes(of: slot)
    }

    /// The time of `stamp`, if it names one. Answers whether it does.
    @inline(__always) @discardableResult package mutating func setTime(_ stamp: CalendarStamp) -> Bool {
        guard let moment = clock.moment(stamp) else { return false }
        time = moment
        if stamp.year == 0 && stamp.epochSeconds == nil { flags.insert(.yearInferred) }
        return true
    }

    /// The line is of the decoder's format, but damaged at `offset`. Answers false, so that a decoder can end with it.
    package mutating func fail(_ why: UnreadReason, at offset: Int) -> Bool {
        reason = why
        reasonOffset = offset
        return false
    }
}

extension EventSink {
    /// A client as logs write it: an address goes to `source.ip`, a name to `source.address` and `source.domain`.
    package mutating func addSource(_ text: Bytes) {
        addPeer(text, ip: .sourceIP, address: .sourceAddress, domain: .sourceDomain)
    }

    package mutating func addDestination(_ text: Bytes) {
        addPeer(text, ip: .destinationIP, address: .destinationAddress, domain: .destinationDomain)
    }

    private mutating func addPeer(_ text: Bytes, ip: Field, address: Field, domain: Field) {
        let name = text.trimmed
        if name.count == 0 || name == "-" { return }
        if let plain = plainAddress(name) {
            add(ip, plain)
        } else {
            add(address, name)
            if isHostName(name) { add(domain, name) }
        }
    }
}

/// The part of `text` that is an IP address as we write it: without brackets, without a zone, and an IPv4-mapped
/// address as IPv4. Nil where it is no address.
package func plainAddress(_ text: Bytes) -> Bytes? {
    if isIPv4(text) { return text }
    var name = text
    if name.count > 2, name.start[0] == ASCII.openBracket, name.start[name.count - 1] == ASCII.closeBracket {
        name = name.slice(1, name.count - 1)
    }
    guard name.count >= 2, name.count <= 64 else { return nil }
    guard let address = IPAddress(name) else { return nil }
    if address.isV4, let colon = name.lastIndex(of: ASCII.colon) {
        return name.firstIndex(of: ASCII.dot) == nil ? name : name.dropping(colon + 1)
    }
    return name.firstIndex(of: ASCII.percent).map { name.slice(0, $0) } ?? name
}

/// Four numbers of 0 to 255 without leading zeros: what `IPAddress` takes for IPv4, without making one.
@inline(__always) func isIPv4(_ text: Bytes) -> Bool {
    guard text.count >= 7, text.count <= 15 else { return false }
    var part: UInt32 = 0
    var digits = 0
    var dots = 0
    for index in 0..<text.count {
        let digit = text.start[index] &- 0x30
        if digit < 10 {
            if digits > 0 && part == 0 { return false }
            part = part &* 10 &+ UInt32(digit)
            digits += 1
            if part > 255 { return false }
        } else {
            guard text.start[index] == ASCII.dot, digits > 0, dots < 3 else { return false }
            dots += 1
            digits = 0
            part = 0
        }
    }
    return dots == 3 && digits > 0
}

/// Letters, digits, dots, hyphens and underscores, with at least one letter: what a host may be called.
package func isHostName(_ text: Bytes) -> Bool {
    guard text.count > 0, text.count <= 255 else { return false }
    var letters = false
    for index in 0..<text.count {
        let byte = text.start[index]
        if ASCII.isLetter(byte) || byte >= 0x80 {
            letters = true
            continue
        }
        guard ASCII.isDigit(byte) || byte == ASCII.dot || byte == ASCII.minus || byte == ASCII.underscore
        else { return false }
    }
    return letters
}
