internal import Primitives

/// What is shown of an X.509 certificate (RFC 5280 section 4.1), as views into its DER encoding.
struct TLSCertificate {
    var serial = Bytes.empty
    /// The two names, as sequences of sets of attributes.
    var issuer = Bytes.empty
    var subject = Bytes.empty
    /// Seconds since 1970; nil where the time is not readable.
    var notBefore: Int64?
    var notAfter: Int64?
    /// The list of alternative names.
    var alternativeNames = Bytes.empty

    /// Whether the encoding ends inside the tag and length of an element, as deep as a certificate's fields lie. What
    /// stands behind the certificate is not looked at.
    static func isCut(_ der: Bytes) -> Bool {
        var reader = DERReader(der)
        guard let certificate = reader.next() else { return hasCutHead(der) }
        return hasCutElement(certificate.content, depth: 3)
    }

    private static func hasCutHead(_ bytes: Bytes) -> Bool {
        bytes.count < 2 || bytes[1] & 0x80 != 0 && bytes.count < 2 + Int(bytes[1] & 0x7F)
    }

    private static func hasCutElement(_ content: Bytes, depth: Int) -> Bool {
        var reader = DERReader(content)
        while !reader.rest.isEmpty {
            let rest = reader.rest
            guard let element = reader.next() else { return hasCutHead(rest) }
            if depth > 0, element.tag & 0x20 != 0, hasCutElement(element.content, depth: depth - 1) { return true }
        }
        return false
    }

    /// What is wrong with a certificate, by the names of Suricata's `tls-events.rules`; nil where it can be read.
    static func fault(_ der: Bytes) -> StaticString? {
        if !der.isEmpty, der[0] == DERTag.sequence, isCut(der) { return "tls.certificate_invalid_length" }
        // What has no length of its own is BER, not DER.
        if der.count >= 2, der[1] == 0x80 { return "tls.certificate_invalid_der" }
        var top = DERReader(der)
        guard let certificate = top.next() else { return "tls.invalid_certificate" }
        var outer = certificate.elements
        guard certificate.tag == DERTag.sequence, let body = outer.next() else {
            return outer.isDamaged ? "tls.invalid_certificate" : "tls.certificate_invalid_der"
        }
        guard body.tag == DERTag.sequence else { return "tls.certificate_invalid_der" }
        var fields = body.elements
        if let version = fields.next(DERTag.context(0)) {
            var inside = version.elements
            if inside.next(DERTag.integer) == nil { return "tls.certificate_invalid_version" }
        }
        if fields.next(DERTag.integer) == nil { return "tls.certificate_invalid_serial" }
        // Algorithm, issuer, validity, subject, key.
        for place in 0..<5 {
            guard let field = fields.next(DERTag.sequence) else { return "tls.certificate_invalid_der" }
            if place == 2, !areDates(field) { return "tls.certificate_invalid_date" }
        }
        while let more = fields.next() {
            if more.tag == DERTag.context(3), let fault = extensionFault(more) { return fault }
        }
        // The signature's algorithm, and the signature.
        if outer.rest.isEmpty { return "tls.certificate_invalid_length" }
        return outer.next(DERTag.sequence) == nil ? "tls.certificate_invalid_der" : nil
    }

    /// Of a list of extensions: each is a name, perhaps a flag, and its value in bytes (RFC 5280 section 4.1).
    private static func extensionFault(_ wrapper: DERElement) -> StaticString? {
        var reader = wrapper.elements
        guard let list = reader.next(DERTag.sequence) else { return "tls.certificate_invalid_der" }
        var extensions = list.elements
        while !extensions.rest.isEmpty {
            guard var parts = extensions.next(DERTag.sequence)?.elements, parts.next(DERTag.object) != nil else {
                return "tls.invalid_certificate"
            }
            _ = parts.next(DERTag.boolean)
            if parts.next(DERTag.octets) == nil { return "tls.invalid_certificate" }
        }
        return nil
    }

    private static func areDates(_ validity: DERElement) -> Bool {
        var times = validity.elements
        guard let from = times.next(), let to = times.next() else { return false }
        return time(from) != nil && time(to) != nil
    }

    /// Nil where it is no certificate.
    init?(_ der: Bytes) {
        var top = DERReader(der)
        guard let certificate = top.next(DERTag.sequence) else { return nil }
        var outer = certificate.elements
        guard let body = outer.next(DERTag.sequence) else { return nil }
        var fields = body.elements
        _ = fields.next(DERTag.context(0))
        guard let serial = fields.next(DERTag.integer), fields.next(DERTag.sequence) != nil,
            let issuer = fields.next(DERTag.sequence), let validity = fields.next(DERTag.sequence),
            let subject = fields.next(DERTag.sequence)
        else { return nil }
        self.serial = serial.content
        self.issuer = issuer.content
        self.subject = subject.content
        var times = validity.elements
        notBefore = times.next().flatMap(TLSCertificate.time)
        notAfter = times.next().flatMap(TLSCertificate.time)
        _ = fields.next(DERTag.sequence)
        while let more = fields.next() {
            if more.tag == DERTag.context(3) { readExtensions(more) }
        }
    }

    private mutating func readExtensions(_ wrapper: DERElement) {
        var reader = wrapper.elements
        guard let list = reader.next(DERTag.sequence) else { return }
        var extensions = list.elements
        while let one = extensions.next(DERTag.sequence) {
            var parts = one.elements
            // subjectAltName is 2.5.29.17.
            guard let name = parts.next(DERTag.object), name.content == "\u{55}\u{1D}\u{11}" else { continue }
            _ = parts.next(DERTag.boolean)
            guard let value = parts.next(DERTag.octets) else { continue }
            var inside = value.elements
            if let names = inside.next(DERTag.sequence) { alternativeNames = names.content }
        }
    }

    /// Each DNS name and address of the alternative names (RFC 5280 section 4.2.1.6: tags 2 and 7).
    func eachDNSName(_ body: (Bytes) -> Void) {
        var names = DERReader(alternativeNames)
        for _ in 0..<256 {
            guard let one = names.next() else { return }
            if one.tag == 0x82 { body(one.content) }
        }
    }

    /// `UTCTime` (two digits of the year) or `GeneralizedTime`, both ending with Z.
    private static func time(_ element: DERElement) -> Int64? {
        let isShort = element.tag == DERTag.utcTime
        guard isShort || element.tag == DERTag.generalizedTime else { return nil }
        let digits = isShort ? 12 : 14
        guard element.content.count >= digits else { return nil }
        var parts: (Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0)
        let text = element.content
        func two(_ at: Int) -> Int? {
            let (high, low) = (text[at], text[at + 1])
            return ASCII.isDigit(high) && ASCII.isDigit(low) ? Int(high &- 0x30) * 10 + Int(low &- 0x30) : nil
        }
        let from = digits - 10
        guard let last = two(from - 2), let month = two(from), let day = two(from + 2), let hour = two(from + 4),
            let minute = two(from + 6), let second = two(from + 8)
        else { return nil }
        parts = (last, month, day, hour, minute, second)
        if isShort {
            parts.0 += last < 50 ? 2000 : 1900
        } else {
            guard let century = two(0) else { return nil }
            parts.0 += century * 100
        }
        guard (1...12).contains(month), (1...31).contains(day) else { return nil }
        return daysSince1970(parts.0, month, day) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    }

    /// Days of the Gregorian calendar (H. Hinnant, "chrono-compatible low-level date algorithms").
    static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let ofEra = shifted - era * 400
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return Int64(era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468)
    }
}

/// Names of certificates as text: `C=VN, O=Example, CN=example.vn`, in the order of the encoding.
enum DistinguishedName {
    static func append(_ name: Bytes, to scratch: inout ScratchBuffer) {
        var sets = DERReader(name)
        var isFirst = true
        for _ in 0..<64 {
            guard let set = sets.next(DERTag.set) else { return }
            var attributes = set.elements
            while let attribute = attributes.next(DERTag.sequence) {
                var parts = attribute.elements
                guard let type = parts.next(DERTag.object), let value = parts.next() else { continue }
                if !isFirst { scratch.appendText(", ") }
                isFirst = false
                scratch.appendText(label(type.content))
                scratch.appendText("=")
                appendValue(value, to: &scratch)
            }
        }
    }

    /// BMPString (two bytes a character) loses its zero bytes; other strings are copied.
    private static func appendValue(_ value: DERElement, to scratch: inout ScratchBuffer) {
        guard value.tag == 0x1E else {
            _ = scratch.append(value.content)
            return
        }
        guard scratch.reserve(value.content.count) else { return }
        for index in 0..<value.content.count where value.content[index] != 0 { scratch.push(value.content[index]) }
    }

    /// Short names of attribute types (RFC 4519, RFC 2985), by the encoding of their object identifiers.
    private static func label(_ type: Bytes) -> StaticString {
        if type.count == 3, type[0] == 0x55, type[1] == 0x04 {
            switch type[2] {
            case 3: return "CN"
            case 4: return "SN"
            case 5: return "serialNumber"
            case 6: return "C"
            case 7: return "L"
            case 8: return "ST"
            case 9: return "streetAddress"
            case 10: return "O"
            case 11: return "OU"
            case 12: return "title"
            case 13: return "description"
            case 15: return "businessCategory"
            case 17: return "postalCode"
            case 42: return "GN"
            case 46: return "dnQualifier"
            default: return "unknown"
            }
        }
        if type.count == 9, type.starts(with: "\u{2A}"), type[8] == 1, type[7] == 9 { return "Email" }
        if type.count == 10, type[9] == 25 { return "DC" }
        if type.count == 10, type[9] == 1 { return "UID" }
        return "unknown"
    }
}
