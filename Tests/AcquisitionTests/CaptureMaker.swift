/// Writes captures byte by byte, for tests: the formats spelled out once more, independently of the readers.
struct CaptureMaker {
    var bytes: [UInt8] = []
    var isBigEndian = false

    mutating func number16(_ value: UInt16) {
        let ordered = isBigEndian ? value.bigEndian : value.littleEndian
        bytes += withUnsafeBytes(of: ordered) { Array($0) }
    }

    mutating func number32(_ value: UInt32) {
        let ordered = isBigEndian ? value.bigEndian : value.littleEndian
        bytes += withUnsafeBytes(of: ordered) { Array($0) }
    }

    mutating func number64(_ value: UInt64) {
        let ordered = isBigEndian ? value.bigEndian : value.littleEndian
        bytes += withUnsafeBytes(of: ordered) { Array($0) }
    }
}

/// Classic captures.
extension CaptureMaker {
    mutating func pcapHeader(magic: UInt32 = 0xA1B2_C3D4, minor: UInt16 = 4, linkType: UInt32 = 1) {
        number32(magic)
        number16(2)
        number16(minor)
        number32(0)
        number32(0)
        number32(262_144)
        number32(linkType)
    }

    mutating func record(_ frame: [UInt8], seconds: UInt32, fraction: UInt32 = 0, original: UInt32? = nil) {
        number32(seconds)
        number32(fraction)
        number32(UInt32(frame.count))
        number32(original ?? UInt32(frame.count))
        bytes += frame
    }

    static func pcap(_ frames: [[UInt8]], isBigEndian: Bool = false) -> [UInt8] {
        var maker = CaptureMaker(isBigEndian: isBigEndian)
        maker.pcapHeader()
        for (index, frame) in frames.enumerated() { maker.record(frame, seconds: 1_700_000_000 + UInt32(index)) }
        return maker.bytes
    }
}

/// pcapng.
extension CaptureMaker {
    mutating func block(_ type: UInt32, _ body: (inout CaptureMaker) -> Void) {
        var inner = CaptureMaker(isBigEndian: isBigEndian)
        body(&inner)
        while inner.bytes.count % 4 != 0 { inner.bytes.append(0) }
        let length = UInt32(inner.bytes.count + 12)
        number32(type)
        number32(length)
        bytes += inner.bytes
        number32(length)
    }

    mutating func section() {
        block(0x0A0D_0D0A) {
            $0.number32(0x1A2B_3C4D)
            $0.number16(1)
            $0.number16(0)
            $0.number64(.max)
        }
    }

    mutating func interface(linkType: UInt16 = 1, snapshot: UInt32 = 0, resolution: UInt8? = nil, offset: Int64? = nil)
    {
        block(1) {
            $0.number16(linkType)
            $0.number16(0)
            $0.number32(snapshot)
            if let resolution {
                $0.number16(9)
                $0.number16(1)
                $0.bytes += [resolution, 0, 0, 0]
            }
            if let offset {
                $0.number16(14)
                $0.number16(8)
                $0.number64(UInt64(bitPattern: offset))
            }
            if resolution != nil || offset != nil { $0.number32(0) }
        }
    }

    mutating func enhancedPacket(_ frame: [UInt8], ticks: UInt64, interface: UInt32 = 0, original: UInt32? = nil) {
        block(6) {
            $0.number32(interface)
            $0.number32(UInt32(ticks >> 32))
            $0.number32(UInt32(truncatingIfNeeded: ticks))
            $0.number32(UInt32(frame.count))
            $0.number32(original ?? UInt32(frame.count))
            $0.bytes += frame
        }
    }

    mutating func simplePacket(_ frame: [UInt8], original: UInt32? = nil) {
        block(3) {
            $0.number32(original ?? UInt32(frame.count))
            $0.bytes += frame
        }
    }

    mutating func obsoletePacket(_ frame: [UInt8], ticks: UInt64, interface: UInt16 = 0) {
        block(2) {
            $0.number16(interface)
            $0.number16(0)
            $0.number32(UInt32(ticks >> 32))
            $0.number32(UInt32(truncatingIfNeeded: ticks))
            $0.number32(UInt32(frame.count))
            $0.number32(UInt32(frame.count))
            $0.bytes += frame
        }
    }

    static func pcapng(_ frames: [[UInt8]], isBigEndian: Bool = false) -> [UInt8] {
        var maker = CaptureMaker(isBigEndian: isBigEndian)
        maker.section()
        maker.interface()
        for (index, frame) in frames.enumerated() {
            maker.enhancedPacket(frame, ticks: (1_700_000_000 + UInt64(index)) * 1_000_000)
        }
        return maker.bytes
    }
}

/// Frames of the given lengths, each with bytes of its own.
func sampleFrames(_ lengths: [Int]) -> [[UInt8]] {
    lengths.enumerated().map { index, length in (0..<length).map { UInt8(truncatingIfNeeded: index &* 31 &+ $0) } }
}
