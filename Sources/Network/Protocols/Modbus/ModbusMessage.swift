internal import Primitives

/// A Modbus request, as far as signatures ask of it (Modbus Application Protocol 1.1b3).
struct ModbusRequest {
    enum Category {
        static let unassigned: UInt8 = 1
        static let assigned: UInt8 = 2
        static let user: UInt8 = 4
        static let reserved: UInt8 = 8
    }
    enum Access {
        static let read: UInt8 = 1
        static let write: UInt8 = 2
        static let discretes: UInt8 = 4
        static let coils: UInt8 = 8
        static let inputs: UInt8 = 16
        static let holdings: UInt8 = 32
    }

    var unit: UInt8
    var function: UInt8
    /// Of diagnostics (8) and of the encapsulated interface (43).
    var subfunction: UInt16?
    var category: UInt8
    var access: UInt8
    /// First and last address, counted from 1 as signatures do: a message counts from 0.
    var range: (first: UInt16, last: UInt16)?
    /// Registers or coils that are written: two bytes each, from the range's first address on.
    var values = Bytes.empty
    /// The one value of a single write, where it is none of those two bytes.
    var coil: UInt16?

    /// - Parameter message: with its header of seven bytes
    init(_ message: Bytes) {
        unit = message[6]
        function = message[7]
        let data = message.dropping(8)
        if function == 8, data.count >= 2 { subfunction = data.bigEndian16(at: 0) }
        if function == 43, data.count >= 1 { subfunction = UInt16(data[0]) }
        category = ModbusRequest.category(function, subfunction)
        access = ModbusRequest.access(function)
        readRange(data)
    }

    private mutating func readRange(_ data: Bytes) {
        switch function {
        case 1...4, 15, 16:
            guard data.count >= 4 else { return }
            let first = data.bigEndian16(at: 0)
            range = (first &+ 1, first &+ data.bigEndian16(at: 2))
            if function == 16, data.count > 5 { values = data.dropping(5).prefix(Int(data[4])) }
        case 5, 6, 22:
            guard data.count >= 4 else { return }
            range = (data.bigEndian16(at: 0) &+ 1, data.bigEndian16(at: 0) &+ 1)
            if function == 5 { coil = data.bigEndian16(at: 2) == 0xFF00 ? 1 : 0 }
            if function == 6 { values = data.slice(2, 4) }
        case 23:
            guard data.count >= 9 else { return }
            let first = data.bigEndian16(at: 4)
            range = (first &+ 1, first &+ data.bigEndian16(at: 6))
            values = data.dropping(9).prefix(Int(data[8]))
        default: break
        }
    }

    private static func category(_ function: UInt8, _ subfunction: UInt16?) -> UInt8 {
        switch function {
        case 1...7, 11, 12, 15...17, 20...24: return Category.assigned
        case 8:
            guard let subfunction else { return Category.assigned }
            let isKnown = subfunction <= 4 || (10...18).contains(subfunction) || subfunction == 20
            return isKnown ? Category.assigned : Category.reserved
        case 43: return subfunction == 13 || subfunction == 14 ? Category.assigned : Category.reserved
        case 9, 10, 13, 14, 41, 42, 90, 91, 125, 126, 127: return Category.reserved
        case 65...72, 100...110: return Category.user
        default: return Category.unassigned
        }
    }

    private static func access(_ function: UInt8) -> UInt8 {
        switch function {
        case 1: Access.read | Access.coils
        case 2: Access.read | Access.discretes
        case 3: Access.read | Access.holdings
        case 4: Access.read | Access.inputs
        case 5, 15: Access.write | Access.coils
        case 6, 16, 22: Access.write | Access.holdings
        case 23: Access.read | Access.write | Access.holdings
        case 20, 24: Access.read
        case 21: Access.write
        default: 0
        }
    }

    /// Bytes of a record, and where things stand in it: what the `modbus` keyword compares.
    static let recordBytes = 16

    /// The record; with `place`, that of one value that is written.
    func write(to record: UnsafeMutablePointer<UInt8>, value: (address: UInt16, value: UInt16)? = nil) {
        record.update(repeating: 0, count: ModbusRequest.recordBytes)
        record[0] = unit
        record[1] = function
        if let subfunction {
            put(subfunction, record + 2)
            record[4] = 1
        }
        record[5] = category
        record[6] = access
        if let range {
            record[8] = 1
            put(value?.address ?? range.first, record + 9)
            put(value?.address ?? range.last, record + 11)
        }
        guard let value else { return }
        record[13] = 1
        put(value.value, record + 14)
    }

    private func put(_ number: UInt16, _ place: UnsafeMutablePointer<UInt8>) {
        place[0] = UInt8(number >> 8)
        place[1] = UInt8(number & 0xFF)
    }
}
