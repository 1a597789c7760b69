internal import Primitives

/// One interface of a pcapng section (IDB, draft-ietf-opsawg-pcapng section 4.2): link type, snapshot length, and how
/// its clock is written.
struct CaptureInterface: Equatable {
    var linkType: UInt16
    /// 0: no limit.
    var snapshotLength: UInt32
    private var resolution = ClockResolution.decimal(power: 6)
    /// Seconds to add (`if_tsoffset`).
    private var offsetSeconds: Int64 = 0
    /// Clocks of micro- or nanoseconds without an offset, which is nearly all: nanoseconds a tick, and the number of
    /// ticks from which the product does not fit. Others have a bound of 0 here.
    private(set) var tickNanoseconds: UInt64 = 1000
    private(set) var tickBound = UInt64(Int64.max) / 1000 + 1

    private enum ClockResolution: Equatable {
        case decimal(power: Int)
        case binary(power: Int)
    }

    /// `body` is the block without its head and its trailing length; nil where it is too short.
    init?(body: Bytes, isBigEndian: Bool) {
        guard body.count >= 8 else { return nil }
        let fields = PcapngFields(bytes: body, isBigEndian: isBigEndian)
        linkType = fields.number16(0)
        snapshotLength = fields.number32(4)
        var at = 8
        while body.count - at >= 4 {
            let code = fields.number16(at)
            let length = Int(fields.number16(at + 2))
            at += 4
            guard code != 0, length <= body.count - at else { break }
            readOption(code, body.slice(at, at + length), isBigEndian)
            at = min(body.count, at + (length + 3) & ~3)
        }
        chooseFastClock()
    }

    private mutating func chooseFastClock() {
        guard offsetSeconds == 0, case .decimal(let power) = resolution, power <= 9 else {
            tickBound = 0
            return
        }
        tickNanoseconds = CaptureInterface.powerOfTen(9 - power)
        tickBound = UInt64(Int64.max) / tickNanoseconds + 1
    }

    private mutating func readOption(_ code: UInt16, _ value: Bytes, _ isBigEndian: Bool) {
        if code == 9, value.count == 1 {
            let power = Int(value.start[0] & 0x7F)
            resolution = value.start[0] & 0x80 == 0 ? .decimal(power: power) : .binary(power: power)
        } else if code == 14, value.count == 8 {
            offsetSeconds = Int64(bitPattern: PcapngFields(bytes: value, isBigEndian: isBigEndian).number64(0))
        }
    }

    /// Time of `ticks` of this interface's clock; nil where it lies outside the years 1678 to 2262.
    func time(_ ticks: UInt64) -> Timestamp? {
        if ticks < tickBound { return Timestamp(nanoseconds: Int64(ticks &* tickNanoseconds)) }
        let (seconds, nanoseconds) = split(ticks)
        let (sum, overflowed) = Int64(clamping: seconds).addingReportingOverflow(offsetSeconds)
        return overflowed ? nil : Timestamp(seconds: sum, nanoseconds: nanoseconds)
    }

    private func split(_ ticks: UInt64) -> (seconds: UInt64, nanoseconds: Int64) {
        switch resolution {
        case .decimal(let power) where power <= 19:
            let unit = CaptureInterface.powerOfTen(power)
            let rest = ticks % unit
            let nanoseconds =
                power <= 9
                ? rest * CaptureInterface.powerOfTen(9 - power) : rest / CaptureInterface.powerOfTen(power - 9)
            return (ticks / unit, Int64(nanoseconds))
        case .decimal(let power):
            return (0, power - 9 > 19 ? 0 : Int64(ticks / CaptureInterface.powerOfTen(power - 9)))
        case .binary(let power) where power < 64:
            let rest = power == 0 ? 0 : ticks & (UInt64.max >> UInt64(64 - power))
            let product = rest.multipliedFullWidth(by: 1_000_000_000)
            let nanoseconds = power == 0 ? 0 : product.high << UInt64(64 - power) | product.low >> UInt64(power)
            return (ticks >> UInt64(power), Int64(nanoseconds))
        case .binary(let power):
            let product = ticks.multipliedFullWidth(by: 1_000_000_000)
            return (0, Int64(product.high >> UInt64(power - 64)))
        }
    }

    /// 10 to the power of 0...19.
    private static func powerOfTen(_ power: Int) -> UInt64 { (0..<power).reduce(1) { value, _ in value * 10 } }
}

/// Numbers of a pcapng block in its section's byte order. Trap outside the run, so check the length first.
struct PcapngFields {
    var bytes: Bytes
    var isBigEndian: Bool

    func number16(_ at: Int) -> UInt16 { isBigEndian ? bytes.bigEndian16(at: at) : bytes.littleEndian16(at: at) }

    func number32(_ at: Int) -> UInt32 {
        precondition(at >= 0 && at + 4 <= bytes.count, "read past the end")
        let value = UnsafeRawPointer(bytes.start).loadUnaligned(fromByteOffset: at, as: UInt32.self)
        return isBigEndian ? UInt32(bigEndian: value) : UInt32(littleEndian: value)
    }

    func number64(_ at: Int) -> UInt64 {
        let first = UInt64(number32(at))
        let second = UInt64(number32(at + 4))
        return isBigEndian ? first << 32 | second : second << 32 | first
    }
}
