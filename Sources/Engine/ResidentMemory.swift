internal import CPlatform
internal import Glibc

/// What the process holds in memory, as the kernel counts it.
enum ResidentMemory {
    /// Gives the kernel back what was freed. The allocator keeps it for whichever thread held it, and threads end with
    /// their work.
    static func giveBack() { _ = malloc_trim(0) }

    /// Gives back what loading the rules left unused, and answers what is held; 0 where `/proc` does not say.
    static func afterLoading() -> Int {
        giveBack()
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
        let words = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).split(
            separator: " ")
        // Size, resident, shared, ... in pages.
        guard words.count > 1, let pages = Int(words[1]) else { return 0 }
        return pages * Int(getpagesize())
    }
}
