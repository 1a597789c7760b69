public import Primitives

/// Names to numbers for one run: the catalogue, and every further name that a rule or a decoder asked for.
///
/// Filled while rules load, on one thread; `freeze()` ends that, and from then on any thread may look up.
public final class FieldRegistry: @unchecked Sendable {
    private var names: [String] = Field.allCases.map(\.rawValue)
    private var extra: [String] = []
    private var numbers: [String: FieldID] = [:]
    /// Open addressing over the names' bytes; power-of-two size, 0 means empty, else field number plus one.
    private var table: [UInt32] = []
    private var frozen = false

    public init() {
        for field in Field.allCases { numbers[field.rawValue] = FieldID(field) }
        rebuild()
    }

    /// The number of `name`, given to it now if it has none. Nil once 32,512 names are taken.
    public func register(_ name: String) -> FieldID? {
        if let known = numbers[name] { return known }
        precondition(!frozen, "field registered after the registry was frozen")
        let number = Int(FieldID.firstRegistered) + extra.count
        guard number < Int(FieldID.firstOfBatch) else { return nil }
        let id = FieldID(rawValue: UInt16(number))
        extra.append(name)
        numbers[name] = id
        let spelling = Array(name.utf8)
        spellings.append(spelling)
        if spellings.count * 3 > table.count { rebuild() } else { place(spelling, number: number) }
        return id
    }

    public func freeze() { frozen = true }

    public func id(of name: String) -> FieldID? { numbers[name] }

    /// Name of a catalogue or registered field; nil for batch-local numbers.
    public func name(of id: FieldID) -> String? {
        let number = Int(id.rawValue)
        if number < names.count { return names[number] }
        let index = number - Int(FieldID.firstRegistered)
        return index >= 0 && index < extra.count ? extra[index] : nil
    }

    /// Look-up by bytes for decoders of self-describing formats; no allocation.
    public func id(of name: Bytes) -> FieldID? {
        let mask = table.count - 1
        var slot = Int(truncatingIfNeeded: hash64(name)) & mask
        while table[slot] != 0 {
            let id = FieldID(rawValue: UInt16(table[slot] - 1))
            if stored(id, equals: name) { return id }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private var spellings: [[UInt8]] = []

    private func stored(_ id: FieldID, equals name: Bytes) -> Bool {
        let number = Int(id.rawValue)
        let index = number < names.count ? number : names.count + number - Int(FieldID.firstRegistered)
        return spellings[index].withUnsafeBytes { Bytes($0) == name }
    }

    private func rebuild() {
        spellings = (names + extra).map { Array($0.utf8) }
        var size = 512
        while size < spellings.count * 3 { size *= 2 }
        table = [UInt32](repeating: 0, count: size)
        for (index, spelling) in spellings.enumerated() {
            place(spelling, number: index < names.count ? index : Int(FieldID.firstRegistered) + index - names.count)
        }
    }

    private func place(_ spelling: [UInt8], number: Int) {
        let mask = table.count - 1
        var slot = Int(truncatingIfNeeded: spelling.withBytes { hash64($0) }) & mask
        while table[slot] != 0 { slot = (slot + 1) & mask }
        table[slot] = UInt32(number) + 1
    }

    /// Names registered beyond the catalogue, in the order of their numbers.
    package var registeredNames: [String] { extra }
}
