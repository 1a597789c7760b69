internal import CZlib
internal import Primitives
internal import Rules

/// Applies a view's transforms to a buffer. The result lies in the session's scratch memory. One for each session.
final class BufferTransformer {
    /// Longest buffer that is transformed, bytes.
    private static let maximumBytes = 1 << 20

    private let expressions: [RegularExpression]
    private let worker: RegularExpressionWorker

    init(_ matcher: SignatureMatcher) {
        expressions = matcher.plan.expressions
        worker = RegularExpressionWorker(matchLimit: matcher.options.matchLimit)
    }

    /// Offset and length of the transformed bytes in `scratch`; nil where it is full.
    func apply(
        _ transforms: [CompiledTransform], _ bytes: Bytes, into scratch: inout ScratchBuffer
    ) -> (offset: Int, length: Int)? {
        let bytes = bytes.prefix(BufferTransformer.maximumBytes)
        guard scratch.reserve(bytes.count + 1), var offset = scratch.append(bytes) else { return nil }
        for transform in transforms {
            let length = scratch.count - offset
            guard scratch.reserve(BufferTransforms.room(transform, length)) else { return nil }
            let input = scratch.bytes(offset, length)
            let next = scratch.count
            switch transform {
            case .plain(let plain): BufferTransforms.write(plain, input, into: &scratch)
            case .expression(let number): capture(number, input, into: &scratch)
            }
            offset = next
        }
        return (offset, scratch.count - offset)
    }

    /// The expression's first group; the whole buffer where it does not match.
    private func capture(_ number: Int32, _ input: Bytes, into output: inout ScratchBuffer) {
        guard expressions[Int(number)].firstMatch(input, worker) != nil, let group = worker.group(1) else {
            _ = output.append(input)
            return
        }
        _ = output.append(input.slice(group.start, group.end))
    }
}

/// What each transform makes of bytes.
enum BufferTransforms {
    /// Room that a transform of `length` bytes needs at most.
    static func room(_ transform: CompiledTransform, _ length: Int) -> Int {
        switch transform {
        case .plain(.gunzip(let most)), .plain(.inflate(let most)): max(most, length)
        default: length + 32
        }
    }

    static func write(_ transform: BufferTransform, _ input: Bytes, into output: inout ScratchBuffer) {
        switch transform {
        case .frame: _ = output.append(input.dropping(min(1, input.count)))
        case .dotPrefix:
            output.push(ASCII.dot)
            for index in 0..<input.count { output.push(input.start[index]) }
        case .toLowercase: for index in 0..<input.count { output.push(ASCII.lower(input.start[index])) }
        case .toUppercase: for index in 0..<input.count { output.push(ASCII.upper(input.start[index])) }
        case .stripWhitespace:
            for index in 0..<input.count where !isSpace(input.start[index]) { output.push(input.start[index]) }
        case .compressWhitespace: compress(input, into: &output)
        case .headerLowercase: lowerNames(input, into: &output)
        case .stripPseudoHeaders: stripPseudo(input, into: &output)
        case .urlDecode: decodeURL(input, into: &output)
        case .domain: _ = output.append(DomainTransforms.domain(input))
        case .topLevelDomain: _ = output.append(DomainTransforms.suffix(input))
        case .xor(let key):
            for index in 0..<input.count { output.push(input.start[index] ^ key[index % key.count]) }
        case .md5: digest(.md5, input, into: &output)
        case .sha1: digest(.sha1, input, into: &output)
        case .sha256: digest(.sha256, input, into: &output)
        case .base64(let options): decodeBase64(options, input, into: &output)
        case .gunzip(let most): inflate(input, most, windowBits: 15 + 16, into: &output)
        case .inflate(let most): inflate(input, most, windowBits: 15, into: &output)
        case .wholeFile: _ = output.append(input)
        case .expression: break
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == ASCII.space || byte &- 9 < 5 }

    private static func compress(_ input: Bytes, into output: inout ScratchBuffer) {
        var inSpace = false
        for index in 0..<input.count {
            let byte = input.start[index]
            let space = isSpace(byte)
            if !(space && inSpace) { output.push(byte) }
            inSpace = space
        }
    }

    /// `Name: Value` lines: the names in lower case.
    private static func lowerNames(_ input: Bytes, into output: inout ScratchBuffer) {
        var inName = true
        for index in 0..<input.count {
            let byte = input.start[index]
            if byte == ASCII.newline { inName = true } else if byte == ASCII.colon { inName = false }
            output.push(inName ? ASCII.lower(byte) : byte)
        }
    }

    /// Lines that begin with a colon go.
    private static func stripPseudo(_ input: Bytes, into output: inout ScratchBuffer) {
        var from = 0
        while from < input.count {
            let end = input.firstIndex(of: ASCII.newline, from: from).map { $0 + 1 } ?? input.count
            if input.start[from] != ASCII.colon {
                for index in from..<end { output.push(input.start[index]) }
            }
            from = end
        }
    }

    private static func decodeURL(_ input: Bytes, into output: inout ScratchBuffer) {
        var index = 0
        while index < input.count {
            let byte = input.start[index]
            if byte == ASCII.percent, index + 2 < input.count, let high = ASCII.hexValue(input.start[index + 1]),
                let low = ASCII.hexValue(input.start[index + 2])
            {
                output.push(high << 4 | low)
                index += 3
            } else {
                output.push(byte == ASCII.plus ? ASCII.space : byte)
                index += 1
            }
        }
    }

    private static func digest(_ digest: Digest, _ input: Bytes, into output: inout ScratchBuffer) {
        var value: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &value) { raw in
            guard let base = raw.bindMemory(to: UInt8.self).baseAddress, digest.write(input, into: base) else { return }
            for index in 0..<digest.length { output.push(base[index]) }
        }
    }

    /// What can be decoded; the buffer as it was where that is nothing.
    private static func decodeBase64(_ options: Base64Transform, _ input: Bytes, into output: inout ScratchBuffer) {
        let from = min(options.offset, input.count)
        let encoded = input.dropping(from).prefix(options.bytes ?? input.count)
        let mode: Base64.Mode =
            switch options.mode {
            case .strict: .strict
            case .rfc2045: .skipping
            case .rfc4648: .stopping
            }
        let start = output.count
        for _ in 0..<encoded.count / 4 * 3 + 3 { output.push(0) }
        let length = Base64.decode(encoded, mode: mode, into: output.base + start) ?? 0
        output.truncate(to: start + length)
        if length == 0 { _ = output.append(input) }
    }

    /// What can be inflated before damage or the limit.
    private static func inflate(_ input: Bytes, _ most: Int, windowBits: Int32, into output: inout ScratchBuffer) {
        var stream = z_stream()
        guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return
        }
        defer { inflateEnd(&stream) }
        let start = output.count
        for _ in 0..<most { output.push(0) }
        stream.next_in = UnsafeMutablePointer(mutating: input.start)
        stream.avail_in = UInt32(truncatingIfNeeded: input.count)
        stream.next_out = output.base + start
        stream.avail_out = UInt32(truncatingIfNeeded: most)
        var status = Z_OK
        repeat { status = CZlib.inflate(&stream, Z_SYNC_FLUSH) } while status == Z_OK && stream.avail_out > 0
        output.truncate(to: start + most - Int(stream.avail_out))
    }
}
