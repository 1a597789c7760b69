internal import Glibc
package import Primitives

/// How many different values there were: HyperLogLog (Flajolet, Fusy, Gandouet, Meunier, "HyperLogLog: the analysis of
/// a near-optimal cardinality estimation algorithm", 2007) with 2,048 registers (standard error 2.3 %), linear counting
/// for small numbers as there, and exact below 64 values.
///
/// The union of the sketches of parts is the sketch of the whole, so it does not matter where the parts were cut.
package struct HyperLogLog {
    private static let bits = 11
    private static let size = 1 << bits
    private static let exactLimit = 64

    /// Hashes, ascending, as long as there are few; then registers.
    private var hashes: [UInt64] = []
    private var registers: [UInt8] = []

    package mutating func add(_ value: Bytes) { add(hash: hash64(value)) }

    mutating func add(hash: UInt64) {
        if !registers.isEmpty { return note(hash) }
        var low = 0
        var high = hashes.count
        while low < high {
            let middle = (low + high) / 2
            if hashes[middle] < hash { low = middle + 1 } else { high = middle }
        }
        if low < hashes.count, hashes[low] == hash { return }
        if hashes.count < HyperLogLog.exactLimit { return hashes.insert(hash, at: low) }
        widen()
        note(hash)
    }

    private mutating func widen() {
        registers = [UInt8](repeating: 0, count: HyperLogLog.size)
        for hash in hashes { note(hash) }
        hashes.removeAll(keepingCapacity: true)
    }

    private mutating func note(_ hash: UInt64) {
        let place = Int(truncatingIfNeeded: hash >> UInt64(64 - HyperLogLog.bits))
        let rest = hash << UInt64(HyperLogLog.bits) | 1 << UInt64(HyperLogLog.bits - 1)
        registers[place] = max(registers[place], UInt8(rest.leadingZeroBitCount + 1))
    }

    package mutating func formUnion(_ other: HyperLogLog) {
        for hash in other.hashes { add(hash: hash) }
        if other.registers.isEmpty { return }
        if registers.isEmpty { widen() }
        for index in registers.indices { registers[index] = max(registers[index], other.registers[index]) }
    }

    package var estimate: Int {
        if registers.isEmpty { return hashes.count }
        let size = Double(HyperLogLog.size)
        let sum = registers.reduce(0.0) { $0 + exp2(-Double($1)) }
        let raw = 0.7213 / (1 + 1.079 / size) * size * size / sum
        let zeros = registers.count { $0 == 0 }
        if raw <= 2.5 * size, zeros > 0 { return Int((size * log(size / Double(zeros))).rounded()) }
        return Int(min(raw, 1e15).rounded())
    }

    var isEmpty: Bool { hashes.isEmpty && registers.isEmpty }

    /// Of memory, about.
    var bytes: Int { hashes.count * 8 + registers.count }

    mutating func removeAll() {
        hashes.removeAll(keepingCapacity: true)
        registers.removeAll()
    }

    /// Hashes to the base of 36 with blanks between, or `=` and a character a register.
    package var text: String {
        if registers.isEmpty {
            var list = TextListWriter(capacity: 14 * hashes.count)
            for hash in hashes {
                list.separate(TextList.blank)
                list.number(hash, base: 36)
            }
            return list.text
        }
        return "=" + String(decoding: registers.map { $0 + 48 }, as: UTF8.self)
    }

    /// What is no sketch is empty.
    package init(text: String) {
        if text.hasPrefix("=") {
            let read = text.utf8.dropFirst().map { $0 &- 48 }
            if read.count == HyperLogLog.size, read.allSatisfy({ $0 <= 64 }) { registers = read }
        } else {
            text.withBytes { bytes in
                TextList.forEach(bytes, TextList.blank) {
                    if let hash = TextList.magnitude($0, base: 36) { add(hash: hash) }
                }
            }
        }
    }

    package init() {}
}
