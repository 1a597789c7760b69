internal import Primitives

/// Data connections that control connections have announced: where they will go, and what they will carry. The oldest
/// gives way to the newest.
final class FTPExpectations {
    static let maximum = 256

    struct Entry {
        var address = IPAddress(v4: 0)
        var port: UInt16 = 0
        var isOpen = false
        /// RETR, STOR, ... and the file's name, as far as they are known.
        var command = ByteStore()
        var name = ByteStore()
    }

    private let entries = UnsafeMutablePointer<Entry>.allocate(capacity: maximum)
    private var next = 0
    private var open = 0
    private let meter = MemoryMeter(limit: 1 << 20)

    init() { entries.initialize(repeating: Entry(), count: FTPExpectations.maximum) }

    deinit {
        for place in 0..<FTPExpectations.maximum { close(place) }
        entries.deallocate()
    }

    /// The place of a new expectation.
    func add(_ address: IPAddress, _ port: UInt16) -> Int {
        let place = next
        next = (next + 1) % FTPExpectations.maximum
        close(place)
        entries[place].address = address
        entries[place].port = port
        entries[place].isOpen = true
        open += 1
        return place
    }

    /// What the connection at `place` is for became known.
    func describe(_ place: Int, _ command: Bytes, _ name: Bytes) {
        guard place >= 0, entries[place].isOpen else { return }
        entries[place].command.clear()
        entries[place].name.clear()
        _ = entries[place].command.append(command, limit: 16, meter)
        _ = entries[place].name.append(name, limit: 1024, meter)
    }

    /// The expectation of a connection to this place; nil where there is none. It stays until it is closed.
    func find(_ address: IPAddress, _ port: UInt16) -> Int? {
        if open == 0 { return nil }
        for place in 0..<FTPExpectations.maximum
        where entries[place].isOpen && entries[place].port == port && entries[place].address == address {
            return place
        }
        return nil
    }

    func command(_ place: Int) -> Bytes { entries[place].command.bytes }
    func name(_ place: Int) -> Bytes { entries[place].name.bytes }

    func close(_ place: Int) {
        if entries[place].isOpen { open -= 1 }
        entries[place].isOpen = false
        entries[place].command.free(meter)
        entries[place].name.free(meter)
    }
}
