internal import Events
internal import Primitives

/// A buffer of a transaction that came with an earlier item.
struct KeptBuffer {
    var kind: BufferKind
    var direction: FlowDirection
    var offset: Int32
    var length: Int32
}

/// A signature that a transaction has to do with, and which of its sections matched so far.
struct OpenCandidate {
    var signature: Int32
    var direction: FlowDirection
    var matched: UInt64
    /// It alerted: not again for this transaction.
    var done: Bool
}

/// A transaction of which more may come.
struct OpenTransaction {
    var number: UInt32
    var next: Int32
    var buffers: [KeptBuffer]
    var bytes: [UInt8]
    var candidates: [OpenCandidate]
    /// Directions that are whole.
    var completed: UInt8
}

/// Open transactions of all flows: slots with arrays that keep their capacity, in one list for each flow.
struct TransactionMemory: ~Copyable {
    private let slots: UnsafeMutablePointer<OpenTransaction>
    private let capacity: Int
    private let perFlow: Int
    private let bytesEach: Int
    private var used = 0
    private var free: [Int32] = []
    /// Buffers not kept and transactions not followed because a bound was reached.
    private(set) var dropped = 0

    init(capacity: Int, perFlow: Int, bytesEach: Int) {
        self.capacity = max(4, capacity)
        self.perFlow = max(1, perFlow)
        self.bytesEach = bytesEach
        slots = .allocate(capacity: self.capacity)
    }

    deinit {
        slots.deinitialize(count: used)
        slots.deallocate()
    }

    func find(_ number: UInt32, _ flow: UnsafeMutablePointer<FlowEntry>) -> UnsafeMutablePointer<OpenTransaction>? {
        var place = flow.pointee.firstTransaction
        while place >= 0 {
            let slot = slots + Int(place)
            if slot.pointee.number == number { return slot }
            place = slot.pointee.next
        }
        return nil
    }

    /// A new slot at the head of the flow's list; the flow's last transaction goes where it has too many. Nil where all
    /// slots are taken.
    mutating func open(
        _ number: UInt32, _ flow: UnsafeMutablePointer<FlowEntry>
    ) -> UnsafeMutablePointer<OpenTransaction>? {
        if Int(flow.pointee.transactionCount) >= perFlow {
            closeLast(flow)
            dropped += 1
        }
        let place: Int
        if let last = free.popLast() {
            place = Int(last)
            slots[place].number = number
            slots[place].completed = 0
        } else if used < capacity {
            place = used
            used += 1
            (slots + place).initialize(
                to: OpenTransaction(number: number, next: -1, buffers: [], bytes: [], candidates: [], completed: 0))
        } else {
            dropped += 1
            return nil
        }
        slots[place].next = flow.pointee.firstTransaction
        flow.pointee.firstTransaction = Int32(place)
        flow.pointee.transactionCount += 1
        return slots + place
    }

    /// Keeps a copy of a buffer for later items.
    mutating func keep(
        _ bytes: Bytes, _ kind: BufferKind, _ direction: FlowDirection, _ slot: UnsafeMutablePointer<OpenTransaction>
    ) {
        guard slot.pointee.bytes.count + bytes.count <= bytesEach else {
            dropped += 1
            return
        }
        let offset = Int32(slot.pointee.bytes.count)
        slot.pointee.bytes.append(contentsOf: UnsafeBufferPointer(start: bytes.start, count: bytes.count))
        slot.pointee.buffers.append(
            KeptBuffer(kind: kind, direction: direction, offset: offset, length: Int32(bytes.count)))
    }

    mutating func close(_ number: UInt32, _ flow: UnsafeMutablePointer<FlowEntry>) {
        var before: Int32 = -1
        var place = flow.pointee.firstTransaction
        while place >= 0 {
            let next = slots[Int(place)].next
            if slots[Int(place)].number == number {
                if before < 0 { flow.pointee.firstTransaction = next } else { slots[Int(before)].next = next }
                flow.pointee.transactionCount -= 1
                release(place)
                return
            }
            before = place
            place = next
        }
    }

    mutating func closeAll(_ flow: UnsafeMutablePointer<FlowEntry>) {
        var place = flow.pointee.firstTransaction
        while place >= 0 {
            let next = slots[Int(place)].next
            release(place)
            place = next
        }
        flow.pointee.firstTransaction = -1
        flow.pointee.transactionCount = 0
    }

    private mutating func closeLast(_ flow: UnsafeMutablePointer<FlowEntry>) {
        var place = flow.pointee.firstTransaction
        while place >= 0, slots[Int(place)].next >= 0 { place = slots[Int(place)].next }
        if place >= 0 { close(slots[Int(place)].number, flow) }
    }

    private mutating func release(_ place: Int32) {
        slots[Int(place)].buffers.removeAll(keepingCapacity: true)
        slots[Int(place)].bytes.removeAll(keepingCapacity: true)
        slots[Int(place)].candidates.removeAll(keepingCapacity: true)
        free.append(place)
    }
}
