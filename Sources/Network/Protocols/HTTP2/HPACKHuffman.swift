/// The Huffman code of HPACK (RFC 7541, appendix B). The code is canonical, so the lengths of its words say all.
struct HPACKHuffman {
    private static let longest = 30
    private static let endOfString = 256

    /// Bits of each symbol's word, the end of a string last.
    private static let lengths: [UInt8] = [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28,
        28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7,
        8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19,
        13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13,
        28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21,
        22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23,
        22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25,
        25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
    ]

    /// By length: the first word, the number of words, and where their symbols begin in `symbols`.
    private var first = [UInt32](repeating: 0, count: longest + 1)
    private var count = [UInt32](repeating: 0, count: longest + 1)
    private var start = [Int](repeating: 0, count: longest + 1)
    private var symbols: [UInt16] = []

    init() {
        for length in HPACKHuffman.lengths { count[Int(length)] += 1 }
        var code: UInt32 = 0
        for length in 1...HPACKHuffman.longest {
            code = (code + count[length - 1]) << 1
            first[length] = code
            start[length] = symbols.count
            for symbol in 0...HPACKHuffman.endOfString where HPACKHuffman.lengths[symbol] == UInt8(length) {
                symbols.append(UInt16(symbol))
            }
        }
    }

    /// Calls `take` with each byte of a string; false where it is damaged.
    func decode(_ take: (UInt8) -> Bool, next: () -> UInt8?) -> Bool {
        var code: UInt32 = 0
        var length = 0
        while let byte = next() {
            for bit in 0..<8 {
                code = code << 1 | UInt32(byte >> (7 - UInt8(bit)) & 1)
                length += 1
                if length > HPACKHuffman.longest { return false }
                guard code >= first[length], code - first[length] < count[length] else { continue }
                let symbol = symbols[start[length] + Int(code - first[length])]
                guard symbol != HPACKHuffman.endOfString, take(UInt8(symbol)) else { return false }
                code = 0
                length = 0
            }
        }
        // What is left is the beginning of the end-of-string word: ones alone, fewer than eight.
        return length < 8 && code == (1 << UInt32(length)) - 1
    }
}
