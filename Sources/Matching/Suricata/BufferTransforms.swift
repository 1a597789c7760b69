internal import Primitives
internal import Rules

/// What transforms make of a buffer. The result lies in the session's scratch memory.
enum BufferTransforms {
    /// Longest buffer that is transformed, bytes.
    private static let maximumBytes = 1 << 20

    /// Offset and length of the transformed bytes in `scratch`; nil where it is full.
    static func apply(
        _ transforms: [BufferTransform], _ bytes: Bytes, into scratch: inout ScratchBuffer
    ) -> (offset: Int, length: Int)? {
        let bytes = bytes.prefix(maximumBytes)
        guard scratch.reserve(bytes.count + 1), var offset = scratch.append(bytes) else { return nil }
        for transform in transforms {
            let length = scratch.count - offset
            // Every transform writes at most one byte more than it reads, in place or behind.
            guard scratch.reserve(length + 1) else { return nil }
            let input = scratch.bytes(offset, length)
            let next = scratch.count
            write(transform, input, into: &scratch)
            offset = next
        }
        return (offset, scratch.count - offset)
    }

    private static func write(_ transform: BufferTransform, _ input: Bytes, into output: inout ScratchBuffer) {
        switch transform {
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
        case .xor(let key):
            for index in 0..<input.count { output.push(input.start[index] ^ key[index % key.count]) }
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
}
