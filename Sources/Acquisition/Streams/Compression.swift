internal import Primitives

/// How a file's content is packed, told from its first bytes and never from its name.
enum Compression: Equatable {
    case none
    case gzip
    case zstd

    /// How `formatName` shows it.
    var suffix: String {
        switch self {
        case .none: ""
        case .gzip: "+gzip"
        case .zstd: "+zstd"
        }
    }

    /// - gzip: RFC 1952 section 2.3.1 (ID1, ID2; CM 8 is the only method there is).
    /// - zstd: RFC 8878 section 3.1.1 (magic number), or a skippable frame (section 3.1.2) before the first one.
    static func detect(_ head: Bytes) -> Compression {
        if head.count >= 3, head.start[0] == 0x1F, head.start[1] == 0x8B, head.start[2] == 8 { return .gzip }
        guard head.count >= 4 else { return .none }
        let magic = head.littleEndian32(at: 0)
        return magic == 0xFD2F_B528 || magic & 0xFFFF_FFF0 == 0x184D_2A50 ? .zstd : .none
    }

    /// Whether a few bytes might still become a magic number: then it is worth waiting for more of them.
    static func isUndecided(_ head: Bytes) -> Bool {
        guard let first = head.isEmpty ? nil : head.start[0] else { return true }
        if head.count >= 4 { return false }
        if first == 0x1F { return head.count < 2 || (head.start[1] == 0x8B && head.count < 3) }
        if first == 0x28 { return head.count < 2 || head.start[1] == 0xB5 }
        return first & 0xF0 == 0x50 && (head.count < 2 || head.start[1] == 0x2A)
    }
}
