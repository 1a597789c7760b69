internal import Primitives

/// The decoded forms of one event's URLs, made round by round in memory that is kept.
struct DecodedForms: ~Copyable {
    /// Positions (in the event's fields) of the URLs worth decoding.
    private let positions: UnsafeMutablePointer<Int32>
    private let lengths: UnsafeMutablePointer<Int32>
    private let offsets: UnsafeMutablePointer<Int32>
    /// A buffer for each round: a round reads what the one before wrote.
    private let buffers: UnsafeMutablePointer<UInt8>
    private(set) var count = 0

    static let maximumURLs = 256
    /// For one round. An event's URLs are parts of one record of at most 1 MiB, some of them twice.
    static let roundBytes = 4 << 20
    static let rounds = 3

    init() {
        positions = .allocate(capacity: DecodedForms.maximumURLs)
        lengths = .allocate(capacity: DecodedForms.maximumURLs)
        offsets = .allocate(capacity: DecodedForms.maximumURLs)
        buffers = .allocate(capacity: DecodedForms.roundBytes * DecodedForms.rounds)
    }

    deinit {
        positions.deallocate()
        lengths.deallocate()
        offsets.deallocate()
        buffers.deallocate()
    }

    mutating func clear() { count = 0 }

    mutating func note(_ position: Int) {
        if count == DecodedForms.maximumURLs { return }
        positions[count] = Int32(truncatingIfNeeded: position)
        count += 1
    }

    func position(_ index: Int) -> Int { Int(positions[index]) }

    /// Whether the last round changed URL `index`.
    func changed(_ index: Int) -> Bool { lengths[index] >= 0 }

    /// Decodes every URL once more and shows the results in `view`. False where nothing changes any more.
    mutating func advance(to form: MatchForm, _ view: inout EventView) -> Bool {
        let round = Int(form.rawValue) - 1
        let buffer = buffers + round * DecodedForms.roundBytes
        var used = 0
        var hasChanged = false
        for index in 0..<count {
            let value = view.value(Int(positions[index]))
            lengths[index] = -1
            guard used + value.count <= DecodedForms.roundBytes else { continue }
            let length = URLDecoder.decode(value, spaces: round == 0, into: buffer + used)
            if length < 0 { continue }
            lengths[index] = Int32(truncatingIfNeeded: length)
            offsets[index] = Int32(truncatingIfNeeded: used)
            used += length
            hasChanged = true
        }
        if !hasChanged { return false }
        show(buffer, &view)
        return true
    }

    /// What did not change keeps the form it had.
    private func show(_ buffer: UnsafeMutablePointer<UInt8>, _ view: inout EventView) {
        let wasDecoded = view.isDecodedForm
        if !wasDecoded { view.beginForm() }
        for index in 0..<count where lengths[index] >= 0 {
            view.setDecoded(
                Int(positions[index]), Bytes(start: buffer + Int(offsets[index]), count: Int(lengths[index])))
        }
    }
}
