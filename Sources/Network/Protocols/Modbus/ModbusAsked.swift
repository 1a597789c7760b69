internal import Primitives

/// What a request asked for, as far as its response must repeat it (Modbus Application Protocol 1.1b3, section 6).
struct ModbusAsked {
    private var function: UInt8 = 0
    /// The first three numbers behind the function: an address, a quantity or a value, and of masks the second one.
    private var first: UInt16 = 0
    private var second: UInt16 = 0
    private var third: UInt16 = 0

    init() {}

    /// - Parameter message: with its header of seven bytes; at least eight
    init(_ message: Bytes) {
        function = message[7]
        let data = message.dropping(8)
        first = ModbusAsked.number(data, 0)
        second = ModbusAsked.number(data, 2)
        third = ModbusAsked.number(data, 4)
    }

    private static func number(_ data: Bytes, _ at: Int) -> UInt16 {
        data.count >= at + 2 ? data.bigEndian16(at: at) : 0
    }

    /// Whether a response is about the same function, as an exception is too.
    func isAnswered(by message: Bytes) -> Bool { message[7] & 0x7F == function }

    /// Whether what a response repeats, or how much it brings, is what was asked for. Suricata counts the bytes of
    /// registers that are read as if they were coils, eight to a byte, so that it raises `modbus.value_mismatch` on
    /// every ordinary read of registers: its rules count on what it does.
    func agrees(with message: Bytes) -> Bool {
        guard message[7] & 0x80 == 0, message.count > 8 else { return true }
        let data = message.dropping(8)
        switch function {
        case 1...4: return Int(data[0]) == (Int(second) + 7) / 8
        case 5, 6, 15, 16: return data.count < 4 || repeats(data)
        case 22: return data.count < 6 || repeats(data) && ModbusAsked.number(data, 4) == third
        case 23: return Int(data[0]) == 2 * Int(second)
        default: return true
        }
    }

    private func repeats(_ data: Bytes) -> Bool {
        ModbusAsked.number(data, 0) == first && ModbusAsked.number(data, 2) == second
    }
}
