internal import Events
internal import Primitives

/// Who takes what a message contains, as it is read.
protocol MIMEListener: AnyObject {
    /// A header field of the message itself, its name as written and its value unfolded.
    func header(_ name: Bytes, _ value: Bytes)
    /// A part with a file name is over: its name, and its content decoded, up to the limit.
    func attachment(_ name: Bytes, _ content: Bytes)
    /// A line of a body that is text.
    func text(_ line: Bytes)
    /// Something is odd about the message, by Suricata's name for it.
    func odd(_ event: StaticString)
}

/// What was found odd about a message: each is told once.
struct MIMEOddities: OptionSet {
    let rawValue: UInt8
    static var longLine: MIMEOddities { MIMEOddities(rawValue: 1) }
    static var longEncodedLine: MIMEOddities { MIMEOddities(rawValue: 2) }
    static var longHeaderName: MIMEOddities { MIMEOddities(rawValue: 4) }
    static var longHeaderValue: MIMEOddities { MIMEOddities(rawValue: 8) }
    static var longBoundary: MIMEOddities { MIMEOddities(rawValue: 16) }
    static var longFileName: MIMEOddities { MIMEOddities(rawValue: 32) }
    static var badBase64: MIMEOddities { MIMEOddities(rawValue: 64) }
    static var badQuoted: MIMEOddities { MIMEOddities(rawValue: 128) }

    var event: StaticString {
        switch self {
        case .longLine: "smtp.mime_long_line"
        case .longEncodedLine: "smtp.mime_long_enc_line"
        case .longHeaderName: "smtp.mime_long_header_name"
        case .longHeaderValue: "smtp.mime_long_header_value"
        case .longBoundary: "smtp.mime_long_boundary"
        case .longFileName: "smtp.mime_long_filename"
        case .badBase64: "smtp.mime_invalid_base64"
        default: "smtp.mime_invalid_qp"
        }
    }
}

/// A message under way (RFC 5322, RFC 2046): headers, parts, transfer encodings. A plain value in a pool's memory: what
/// is held is one unfolded header field, the boundaries, and the decoded content of one part.
struct MIMEMessage {
    private static let headerLimit = 8 << 10
    private static let maximumDepth = 8
    private static let maximumParts = 1024
    /// Lengths that are in order (Suricata's; RFC 5322 section 2.1.1 and RFC 2045 section 6.8 for lines).
    private static let lineBytes = 998
    private static let encodedLineBytes = 76
    private static let headerNameBytes = 75
    private static let headerValueBytes = 2000
    private static let boundaryBytes = 254
    private static let fileNameBytes = 1024

    private var inHeaders = true
    private var field = ByteStore()
    /// Boundaries of the multiparts that are open, each behind its length.
    private var boundaries = ByteStore()
    private var depth = 0
    private var parts = 0
    /// The part at hand.
    private var name = ByteStore()
    private var content = ByteStore()
    private var encoding = MIMEEncoding.plain
    private var decoder = MIMEDecoder()
    private var isText = true
    private var isNested = false
    private var isMessage = false
    private var oddities: MIMEOddities = []

    private mutating func note(_ oddity: MIMEOddities, _ listener: some MIMEListener) {
        if oddities.insert(oddity).inserted { listener.odd(oddity.event) }
    }

    mutating func line(_ line: Bytes, limit: Int, _ meter: MemoryMeter, _ listener: some MIMEListener) {
        if line.count > MIMEMessage.lineBytes { note(.longLine, listener) }
        if inHeaders {
            headerLine(line, meter, listener)
        } else if depth > 0, let isEnd = boundary(line) {
            endPart(meter, listener)
            beginPart(inHeaders: !isEnd)
        } else if name.count > 0 {
            decoder.decode(line, encoding, into: &content, limit: limit, meter)
            if encoding != .plain, line.count > MIMEMessage.encodedLineBytes { note(.longEncodedLine, listener) }
            if decoder.isDamaged { note(encoding == .base64 ? .badBase64 : .badQuoted, listener) }
        } else if isText {
            listener.text(line)
        }
    }

    /// The message is over.
    mutating func end(_ meter: MemoryMeter, _ listener: some MIMEListener) {
        finishField(meter, listener)
        endPart(meter, listener)
        free(meter)
        self = MIMEMessage()
    }

    mutating func free(_ meter: MemoryMeter) {
        field.free(meter)
        boundaries.free(meter)
        name.free(meter)
        content.free(meter)
    }

    // MARK: Headers

    private mutating func headerLine(_ line: Bytes, _ meter: MemoryMeter, _ listener: some MIMEListener) {
        if line.isEmpty {
            finishField(meter, listener)
            inHeaders = false
            // A message inside the message has headers of its own, and is read in its place.
            if isMessage { beginPart(inHeaders: true) }
            return
        }
        if line[0] == ASCII.space || line[0] == ASCII.tab {
            _ = field.append(line, limit: MIMEMessage.headerLimit, meter)
            return
        }
        finishField(meter, listener)
        _ = field.append(line, limit: MIMEMessage.headerLimit, meter)
    }

    private mutating func finishField(_ meter: MemoryMeter, _ listener: some MIMEListener) {
        let whole = field.bytes
        guard let colon = whole.firstIndex(of: ASCII.colon) else {
            field.clear()
            return
        }
        let (label, value) = (whole.slice(0, colon).trimmed, whole.dropping(colon + 1).trimmed)
        if !isNested { listener.header(label, value) }
        if label.count > MIMEMessage.headerNameBytes { note(.longHeaderName, listener) }
        if value.count > MIMEMessage.headerValueBytes { note(.longHeaderValue, listener) }
        if MIMEValue.parameter(value, "boundary").count > MIMEMessage.boundaryBytes { note(.longBoundary, listener) }
        if MIMEValue.parameter(value, "filename").count >= MIMEMessage.fileNameBytes { note(.longFileName, listener) }
        if label.equalsIgnoringCase("content-type") {
            contentType(value, meter)
        } else if label.equalsIgnoringCase("content-disposition") {
            keepName(MIMEValue.parameter(value, "filename"), meter)
            keepPieces(value, "filename", meter)
        } else if label.equalsIgnoringCase("content-transfer-encoding") {
            encoding =
                value.startsIgnoringCase("base64")
                ? .base64 : value.startsIgnoringCase("quoted-printable") ? .quotedPrintable : .plain
        }
        field.clear()
    }

    private mutating func contentType(_ value: Bytes, _ meter: MemoryMeter) {
        isText = value.startsIgnoringCase("text/")
        isMessage = value.startsIgnoringCase("message/rfc822")
        keepName(MIMEValue.parameter(value, "name"), meter)
        keepPieces(value, "name", meter)
        guard value.startsIgnoringCase("multipart/"), depth < MIMEMessage.maximumDepth else { return }
        let boundary = MIMEValue.parameter(value, "boundary").prefix(255)
        guard !boundary.isEmpty else { return }
        withUnsafeBytes(of: UInt8(boundary.count)) { _ = boundaries.append(Bytes($0), limit: 4096, meter) }
        _ = boundaries.append(boundary, limit: 4096, meter)
        depth += 1
    }

    private mutating func keepName(_ given: Bytes, _ meter: MemoryMeter) {
        guard !given.isEmpty else { return }
        name.clear()
        _ = name.append(given, limit: 1024, meter)
    }

    private mutating func keepPieces(_ value: Bytes, _ parameter: StaticString, _ meter: MemoryMeter) {
        guard let first = MIMEValue.piece(value, parameter, 0) else { return }
        keepName(first, meter)
        for number in 1..<32 {
            guard let next = MIMEValue.piece(value, parameter, number) else { return }
            _ = name.append(next, limit: 1024, meter)
        }
    }

    // MARK: Parts

    /// Whether the line is a boundary of an open multipart: false where it begins a part, true where it ends the last.
    private mutating func boundary(_ line: Bytes) -> Bool? {
        guard line.count > 2, line[0] == ASCII.minus, line[1] == ASCII.minus else { return nil }
        let text = line.dropping(2)
        var found: Bool?
        var at = 0
        let all = boundaries.bytes
        while at < all.count {
            let length = Int(all[at])
            guard at + 1 + length <= all.count else { break }
            let one = all.slice(at + 1, at + 1 + length)
            if text.count >= length, text.slice(0, length) == one {
                found = text.count >= length + 2 && text[length] == ASCII.minus && text[length + 1] == ASCII.minus
            }
            at += 1 + length
        }
        return found
    }

    private mutating func beginPart(inHeaders: Bool) {
        parts += 1
        self.inHeaders = inHeaders && parts < MIMEMessage.maximumParts
        isNested = true
        isMessage = false
        encoding = .plain
        decoder = MIMEDecoder()
        isText = true
        name.clear()
        content.clear()
        field.clear()
    }

    private mutating func endPart(_ meter: MemoryMeter, _ listener: some MIMEListener) {
        if name.count > 0 { listener.attachment(name.bytes, content.bytes) }
        name.clear()
        content.clear()
    }
}
