internal import Primitives

/// What is wrong with a message's codes and numbers (Modbus Application Protocol 1.1b3, sections 5 to 7), by the names
/// of Suricata's `modbus-events.rules`.
enum ModbusFaults {
    /// - Parameter message: with its header of seven bytes; at least eight
    static func request(_ message: Bytes) -> StaticString? {
        guard isKnown(message[7]) else { return "modbus.invalid_function_code" }
        return isPlausible(message[7], message.dropping(8)) ? nil : "modbus.invalid_value"
    }

    /// An exception repeats the function with its highest bit set, and says why.
    static func response(_ message: Bytes) -> StaticString? {
        guard isKnown(message[7] & 0x7F) else { return "modbus.invalid_function_code" }
        guard message[7] & 0x80 != 0, message.count > 8 else { return nil }
        switch message[8] {
        case 1...6, 8, 10, 11: return nil
        default: return "modbus.invalid_exception_code"
        }
    }

    private static func isKnown(_ function: UInt8) -> Bool {
        switch function {
        case 1...8, 11, 12, 15...17, 20...24, 43: true
        default: false
        }
    }

    /// How many coils or registers one message may read or write, and what a coil can be.
    private static func isPlausible(_ function: UInt8, _ data: Bytes) -> Bool {
        guard data.count >= 4 else { return true }
        let number = Int(data.bigEndian16(at: 2))
        switch function {
        case 1, 2: return (1...2000).contains(number)
        case 3, 4: return (1...125).contains(number)
        case 5: return number == 0 || number == 0xFF00
        case 15: return (1...1968).contains(number) && (data.count < 5 || Int(data[4]) == (number + 7) / 8)
        case 16: return (1...123).contains(number) && (data.count < 5 || Int(data[4]) == 2 * number)
        default: return true
        }
    }
}
