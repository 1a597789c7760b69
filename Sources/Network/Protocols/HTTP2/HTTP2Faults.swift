internal import Events
internal import Primitives

/// What is odd about frames and header blocks in their order, by the names of Suricata's `http2-events.rules`; the
/// limits are those of its parser. A fault is seen in both directions of its transaction. Suricata never raises
/// `invalid_frame_header` (nine bytes are always a header) nor `header_integer_overflow` (its test for a bad field
/// comes first, and takes it for `invalid_header`).
struct HTTP2Faults {
    /// Bytes of a frame that is too long to be kept whole, and how many of them must have come to tell.
    static let longFrame = 64 << 10
    private static let longFrameSeen = 256
    /// Bytes of a header block that goes on in further frames.
    static let blockLimit = 100 << 10
    private static let mostRepeated = 4096
    private static let mostStreams = 256

    let parser: HTTP2Parser

    func long(
        _ seen: Int, _ side: UnsafeMutablePointer<HTTP2Side>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {
        guard !side.pointee.isLongNoted, seen >= 9 + HTTP2Faults.longFrameSeen else { return }
        side.pointee.isLongNoted = true
        parser.raiseBoth("http2.long_frame_data", flow, way, flow.pointee.transactions)
    }

    func tooLong(_ transaction: UInt32, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        parser.raiseBoth("http2.reassembly_limit_reached", flow, way, transaction)
        parser.raiseBoth("http2.invalid_frame_data", flow, way, transaction)
    }

    func block(
        _ decoder: HPACKDecoder, isGood: Bool, _ side: UnsafeMutablePointer<HTTP2Side>, _ transaction: UInt32,
        _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) {
        if !isGood {
            let name: StaticString = decoder.isCut ? "http2.invalid_frame_data" : "http2.invalid_header"
            parser.raiseBoth(name, flow, way, transaction)
        }
        if decoder.repeatedBytes > HTTP2Faults.mostRepeated {
            parser.raiseBoth("http2.too_long_repeated_headers", flow, way, transaction)
        }
        if side.pointee.table.isOverflowing, !side.pointee.isOverflowNoted {
            side.pointee.isOverflowNoted = true
            parser.raiseBoth("http2.header_table_overflow", flow, way, transaction)
        }
    }

    /// The stream at `index` is new.
    func opened(
        _ connection: UnsafeMutablePointer<HTTP2Connection>, _ index: Int32, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        connection.pointee.alive += 1
        guard connection.pointee.alive > HTTP2Faults.mostStreams, !connection.pointee.isCrowded else { return }
        connection.pointee.isCrowded = true
        let transaction = parser.streams.states[Int(index)].transaction
        parser.raiseBoth("http2.too_many_streams", flow, .toServer, transaction)
    }

    /// The body that was reported last is not of the coding, or not of the range, that its message tells.
    func body(
        _ report: HTTP2Report, _ transaction: UInt32, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) {
        if report.isDamaged { parser.raiseBoth("http2.failed_decompression", flow, way, transaction) }
        if report.isOutOfRange { parser.raiseBoth("http2.invalid_range", flow, way, transaction) }
    }
}
