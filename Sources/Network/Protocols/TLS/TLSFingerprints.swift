internal import Primitives

/// JA3 and JA3S (https://github.com/salesforce/ja3) and JA4 (FoxIO, "JA4: TLS client fingerprinting").
final class TLSFingerprints {
    private let md5 = Digest(.md5)
    private let sha256 = Digest(.sha256)
    /// JA3 or JA3S of the last hello, as text.
    private var text = ScratchBuffer(capacity: 4096, limit: 1 << 20)
    private var list = ScratchBuffer(capacity: 4096, limit: 1 << 20)
    private var result = ScratchBuffer(capacity: 64, limit: 4096)
    private let values = UnsafeMutablePointer<UInt16>.allocate(capacity: maximumValues)
    private var count = 0

    private static let maximumValues = 1024

    deinit { values.deallocate() }

    // MARK: JA3

    /// Version, suites, extensions, groups and point formats in decimal, GREASE left out.
    func ja3(_ hello: TLSHello) -> Bytes {
        text.removeAll()
        decimal(hello.version)
        comma()
        list16(hello.ciphers)
        comma()
        extensionList(hello, skipGREASE: true)
        comma()
        list16(hello.groups)
        comma()
        for index in 0..<hello.pointFormats.count {
            if index > 0 { dash() }
            decimal(Int(hello.pointFormats.start[index]))
        }
        return text.everything
    }

    /// Version, suite, extensions.
    func ja3s(_ hello: TLSHello) -> Bytes {
        text.removeAll()
        decimal(hello.version)
        comma()
        decimal(Int(hello.ciphers.bigEndian16(at: 0)))
        comma()
        extensionList(hello, skipGREASE: false)
        return text.everything
    }

    /// MD5 of a fingerprint's text.
    func hash(_ fingerprint: Bytes) -> Bytes { md5.hex(fingerprint) }

    private func decimal(_ value: Int) { _ = text.appendDecimal(value) }

    private func comma() { if text.reserve(1) { text.push(ASCII.comma) } }

    private func dash() { if text.reserve(1) { text.push(ASCII.minus) } }

    private func list16(_ bytes: Bytes) {
        var first = true
        for at in stride(from: 0, to: bytes.count - 1, by: 2) {
            let value = Int(bytes.bigEndian16(at: at))
            if TLSHello.isGREASE(value) { continue }
            if !first { dash() }
            first = false
            decimal(value)
        }
    }

    private func extensionList(_ hello: TLSHello, skipGREASE: Bool) {
        var first = true
        hello.eachExtension { type in
            if skipGREASE && TLSHello.isGREASE(type) { return }
            if !first { dash() }
            first = false
            decimal(type)
        }
    }

    // MARK: JA4

    /// The three parts, 36 characters; valid until the next call.
    func ja4(_ hello: TLSHello, overQUIC: Bool = false) -> Bytes {
        result.removeAll()
        guard result.reserve(64) else { return .empty }
        result.push(overQUIC ? 0x71 : 0x74)
        result.appendText(TLSFingerprints.ja4Version(hello.bestVersion))
        result.push(hello.hasServerName ? 0x64 : 0x69)
        collect(hello.ciphers)
        twoDigits(count)
        let ciphers = count
        list.removeAll()
        appendSorted()
        var extensions = 0
        hello.eachExtension { if !TLSHello.isGREASE($0) { extensions += 1 } }
        twoDigits(extensions)
        applicationLetters(hello)
        result.push(0x5F)
        part(isEmpty: ciphers == 0)
        result.push(0x5F)
        list.removeAll()
        count = 0
        hello.eachExtension { if $0 != 0, $0 != 16 { add($0) } }
        appendSorted()
        if hello.signatureAlgorithms.count > 1 {
            list.appendText("_")
            collect(hello.signatureAlgorithms)
            appendCollected()
        }
        // Of a hello without any extension Suricata hashes what stands between the two lists, FoxIO writes zeros.
        if extensions == 0 { list.appendText("_") }
        part(isEmpty: false)
        return result.everything
    }

    private static func ja4Version(_ version: Int) -> StaticString {
        switch version {
        case 0x0304: "13"
        case 0x0303: "12"
        case 0x0302: "11"
        case 0x0301: "10"
        case 0x0300: "s3"
        case 0x0002, 0x0200: "s2"
        default: "00"
        }
    }

    private func twoDigits(_ number: Int) {
        let shown = min(number, 99)
        result.push(0x30 + UInt8(shown / 10))
        result.push(0x30 + UInt8(shown % 10))
    }

    /// First and last character of the first protocol; of its hexadecimal digits where they are no letters or digits.
    private func applicationLetters(_ hello: TLSHello) {
        var first = Bytes.empty
        hello.eachProtocol { if first.isEmpty { first = $0 } }
        guard !first.isEmpty else { return result.appendText("00") }
        let (head, tail) = (first[0], first[first.count - 1])
        if isAlphanumeric(head) && isAlphanumeric(tail) {
            result.push(head)
            result.push(tail)
        } else {
            result.push(HexDigits.lower(head >> 4))
            result.push(HexDigits.lower(tail & 15))
        }
    }

    private func isAlphanumeric(_ byte: UInt8) -> Bool { ASCII.isLetter(byte) || ASCII.isDigit(byte) }

    /// The first 12 digits of the list's hash; zeros where the list is empty.
    private func part(isEmpty: Bool) {
        if isEmpty { return result.appendText("000000000000") }
        _ = result.append(sha256.hex(list.everything).prefix(12))
    }

    private func add(_ value: Int) {
        guard !TLSHello.isGREASE(value), count < TLSFingerprints.maximumValues else { return }
        values[count] = UInt16(truncatingIfNeeded: value)
        count += 1
    }

    private func collect(_ bytes: Bytes) {
        count = 0
        for at in stride(from: 0, to: bytes.count - 1, by: 2) { add(Int(bytes.bigEndian16(at: at))) }
    }

    private func appendSorted() {
        var collected = UnsafeMutableBufferPointer(start: values, count: count)
        collected.sort()
        appendCollected()
    }

    private func appendCollected() {
        guard list.reserve(count * 5) else { return }
        for index in 0..<count {
            if index > 0 { list.push(ASCII.comma) }
            for shift in [UInt16(12), 8, 4, 0] {
                list.push(HexDigits.lower(UInt8(truncatingIfNeeded: values[index] >> shift) & 15))
            }
        }
    }
}
