internal import Events
internal import Primitives

extension TLSParser {
    private static let maximumChain = 32

    /// The certificate message (RFC 5246 section 7.4.2): a chain, its owner's first.
    func certificates(
        _ body: Bytes, isFirst: Bool, _ connection: UnsafeMutablePointer<TLSConnection>,
        _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) {
        var reader = MessageReader(body)
        var chain = MessageReader(reader.bytes(reader.u24()))
        if reader.failed {
            odd("tls.invalid_handshake_message", flow, way)
            return odd("tls.certificate_invalid_length", flow, way)
        }
        let item = item(flow, way, 0, complete: way == .toServer)
        var number = 0
        var fault: StaticString?
        while !chain.isEmpty, number < TLSParser.maximumChain {
            let der = chain.bytes(chain.u24())
            if chain.failed { break }
            output.buffer(.tlsCertificates, der)
            if number == 0 {
                if let leaf = TLSCertificate(der) { describe(leaf, der, connection, way) }
                fault = TLSCertificate.fault(der)
            }
            number += 1
        }
        output.number(.tlsCertChainLength, number)
        append(item, way)
        if let fault { odd(fault, flow, way) }
        if chain.failed { odd("tls.certificate_invalid_length", flow, way) }
        // Suricata blames the handshake too where the message stands behind another one.
        if chain.failed || fault != nil && !isFirst { odd("tls.invalid_handshake_message", flow, way) }
    }

    private func describe(
        _ leaf: TLSCertificate, _ der: Bytes, _ connection: UnsafeMutablePointer<TLSConnection>, _ way: FlowDirection
    ) {
        text.removeAll()
        DistinguishedName.append(leaf.subject, to: &text)
        tell(.tlsCertSubject, .tlsSubject, connection, way)
        DistinguishedName.append(leaf.issuer, to: &text)
        tell(.tlsCertIssuer, .tlsIssuer, connection, way)
        text.appendHex(leaf.serial, separator: ASCII.colon, upper: true)
        tell(.tlsCertSerial, .tlsSerialNumber, connection, way)
        text.appendHex(sha1.hash(der), separator: ASCII.colon)
        tell(.tlsCertFingerprint, .tlsCertificateSHA1, connection, way)
        leaf.eachDNSName { name in
            output.buffer(.tlsAlternativeName, name)
            if way == .toClient { connection.pointee.facts.add(.tlsAlternativeNames, name, meter) }
        }
        validity(leaf, connection, way)
    }

    /// The text at hand as a buffer and, of the server's certificate, as a fact; then it is empty again.
    private func tell(
        _ kind: BufferKind, _ field: Field, _ connection: UnsafeMutablePointer<TLSConnection>, _ way: FlowDirection
    ) {
        let value = text.everything
        if !value.isEmpty { output.buffer(kind, value) }
        if way == .toClient { connection.pointee.facts.add(field, value, meter) }
        text.removeAll()
    }

    private func validity(
        _ leaf: TLSCertificate, _ connection: UnsafeMutablePointer<TLSConnection>, _ way: FlowDirection
    ) {
        let now = output.dataTime.nanoseconds / 1_000_000_000
        if let from = leaf.notBefore {
            output.number(.tlsCertNotBefore, Int(from))
            appendTime(from)
            tell(.tlsNotBefore, connection, way)
        }
        if let to = leaf.notAfter {
            output.number(.tlsCertNotAfter, Int(to))
            appendTime(to)
            tell(.tlsNotAfter, connection, way)
        }
        guard let from = leaf.notBefore, let to = leaf.notAfter else { return }
        output.constant(.tlsCertValidity, now > to ? "expired" : now < from ? "early" : "valid")
    }

    private func tell(_ field: Field, _ connection: UnsafeMutablePointer<TLSConnection>, _ way: FlowDirection) {
        if way == .toClient { connection.pointee.facts.add(field, text.everything, meter) }
        text.removeAll()
    }

    /// `2026-03-12T02:58:01`, as EVE has validity.
    private func appendTime(_ seconds: Int64) {
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let rest = Int(seconds - days * 86_400)
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let ofEra = Int(shifted - era * 146_097)
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * ofYear + 2) / 153
        let month = part < 10 ? part + 3 : part - 9
        let year = yearOfEra + Int(era) * 400 + (month <= 2 ? 1 : 0)
        guard text.reserve(24) else { return }
        two(year / 100)
        two(year % 100)
        text.push(ASCII.minus)
        two(month)
        text.push(ASCII.minus)
        two(ofYear - (153 * part + 2) / 5 + 1)
        text.push(0x54)
        two(rest / 3600)
        text.push(ASCII.colon)
        two(rest / 60 % 60)
        text.push(ASCII.colon)
        two(rest % 60)
    }

    private func two(_ number: Int) {
        text.push(0x30 + UInt8(truncatingIfNeeded: number / 10 % 10))
        text.push(0x30 + UInt8(truncatingIfNeeded: number % 10))
    }
}
