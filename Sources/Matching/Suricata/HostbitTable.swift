internal import Events
internal import Rules

/// Bits by address (`hostbits`, `xbits`), each with an end of its own in packet time.
struct HostbitTable {
    private struct Key: Hashable {
        var bit: Int32
        var first: UInt128
        var second: UInt128
    }

    /// Nanoseconds at which the bit ends.
    private var ends: [Key: Int64] = [:]
    private let maximum: Int
    private(set) var evictions = 0

    init(maximum: Int) { self.maximum = max(16, maximum) }

    func isSet(_ command: CompiledHostbit, _ view: ItemView, now: Int64) -> Bool {
        guard let end = ends[HostbitTable.key(command, view)] else { return false }
        return now <= end
    }

    mutating func apply(_ command: CompiledHostbit, _ view: ItemView, now: Int64) {
        let key = HostbitTable.key(command, view)
        switch command.verb {
        case .set: set(key, command, now)
        case .unset: ends[key] = nil
        case .toggle: if let end = ends[key], now <= end { ends[key] = nil } else { set(key, command, now) }
        case .isSet, .isNotSet: break
        }
    }

    private mutating func set(_ key: Key, _ command: CompiledHostbit, _ now: Int64) {
        if ends.count >= maximum && ends[key] == nil {
            let before = ends.count
            ends = ends.filter { $0.value >= now }
            if ends.count > maximum / 2 { ends.removeAll(keepingCapacity: true) }
            evictions += before - ends.count
        }
        ends[key] = now &+ command.expireNanoseconds
    }

    private static func key(_ command: CompiledHostbit, _ view: ItemView) -> Key {
        switch command.track {
        case .source: Key(bit: command.bit, first: view.source, second: 0)
        case .destination: Key(bit: command.bit, first: view.destination, second: 0)
        case .pair:
            Key(
                bit: command.bit, first: min(view.source, view.destination),
                second: max(view.source, view.destination))
        }
    }
}
