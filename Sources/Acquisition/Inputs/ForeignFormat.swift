internal import Primitives

/// Files that are neither logs nor captures we read, told by their first bytes: better refused by name, with the
/// command that helps, than read as a log of garbage.
enum ForeignFormat {
    /// Magic bytes, what it is, what to do with it.
    static let table: [(magic: [UInt8], name: String, advice: String)] = [
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz-compressed", "unpack it: xz -dc FILE | nightjar scan -"),
        ([0x42, 0x5A, 0x68], "bzip2-compressed", "unpack it: bzip2 -dc FILE | nightjar scan -"),
        ([0x04, 0x22, 0x4D, 0x18], "lz4-compressed", "unpack it: lz4 -dc FILE | nightjar scan -"),
        ([0x50, 0x4B, 0x03, 0x04], "a zip archive", "unpack it first"),
        (Array("7z".utf8) + [0xBC, 0xAF, 0x27, 0x1C], "a 7-zip archive", "unpack it first"),
        (
            Array("LPKSHHRH".utf8), "a systemd journal",
            "export it: journalctl --file FILE -o short-iso | nightjar scan -"
        ),
        (Array("ElfFile".utf8) + [0], "a Windows event log", "export its events as JSON Lines and use --as json"),
        (Array("SQLite format 3".utf8) + [0], "an SQLite database", "give the logs it was made from"),
        (Array("snoop".utf8) + [0, 0, 0], "a snoop capture", "convert it: editcap -F pcapng FILE OUT"),
        (Array("GMBU".utf8), "a Network Monitor capture", "convert it: editcap -F pcapng FILE OUT"),
        (Array("RTSS".utf8), "a Network Monitor capture", "convert it: editcap -F pcapng FILE OUT"),
        (Array("btsnoop".utf8) + [0], "a Bluetooth capture", "there is nothing in it for network rules"),
        (Array("XCP".utf8) + [0], "a NetXRay capture", "convert it: editcap -F pcapng FILE OUT"),
        ([0x7F] + Array("ELF".utf8), "a program", "give logs or captures"),
    ]

    static func detect(_ head: Bytes) -> (name: String, advice: String)? {
        let hit = table.first { entry in
            entry.magic.count <= head.count && head.prefix(entry.magic.count).array == entry.magic
                && (entry.name != "bzip2-compressed" || isBzip2(head))
        }
        return hit.map { ($0.name, $0.advice) }
    }

    /// "BZh", a digit, and the first block's magic: three letters alone may begin a log line.
    private static func isBzip2(_ head: Bytes) -> Bool {
        head.count >= 10 && head.start[3] &- 0x31 < 9
            && (head.slice(4, 10).array == [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]
                || head.slice(4, 10).array == [0x17, 0x72, 0x45, 0x38, 0x50, 0x90])
    }
}
