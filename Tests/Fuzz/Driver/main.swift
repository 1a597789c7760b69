import FuzzTargets
import Glibc
import Primitives

/// libFuzzer around one target: `nightjar-fuzz TARGET [libFuzzer's options] [CORPUS...]`. Built by `make fuzz`.
///
/// `planted` is a fault on purpose: a fuzzer that does not find it is not at work.
let planted = FuzzTarget("planted", maximumBytes: 64) { bytes in
    let secret = Array("night".utf8)
    var matched = 0
    // One comparison after the other, as a parser does: coverage leads the fuzzer from byte to byte.
    while matched < secret.count, matched < bytes.count, bytes[matched] == secret[matched] { matched += 1 }
    precondition(matched < secret.count, "the planted fault")
}

@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
    _ argumentCount: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

nonisolated(unsafe) var target = planted

let names = FuzzTargets.all.map(\.name) + ["planted"]
guard CommandLine.argc > 1,
    let found = (FuzzTargets.all + [planted]).first(where: { $0.name == CommandLine.arguments[1] })
else {
    print("usage: nightjar-fuzz TARGET [OPTION...] [CORPUS...]\ntargets: \(names.joined(separator: " "))")
    exit(2)
}
target = found

var words = [CommandLine.arguments[0], "-max_len=\(found.maximumBytes)"] + CommandLine.arguments.dropFirst(2)
var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
var count = Int32(words.count)
pointers.withUnsafeMutableBufferPointer { buffer in
    var base = buffer.baseAddress
    exit(
        runDriver(&count, &base) { data, size in
            target.run(data.map { Bytes(start: $0, count: size) } ?? .empty)
            return 0
        })
}
