/// A few objects that are asked for every event: held once, and called without counting references.
final class ReaderList<Reader: AnyObject> {
    private let held: [Reader]
    private let start: UnsafeMutablePointer<Unmanaged<Reader>>
    let count: Int

    init(_ readers: [Reader]) {
        held = readers
        count = readers.count
        start = .allocate(capacity: max(1, count))
        for (index, reader) in readers.enumerated() {
            (start + index).initialize(to: Unmanaged.passUnretained(reader))
        }
    }

    deinit { start.deallocate() }

    func map<Result>(_ transform: (Reader) -> Result) -> [Result] { held.map(transform) }

    @inline(__always) func with<Result>(_ index: Int, _ body: (Reader) -> Result) -> Result {
        start[index]._withUnsafeGuaranteedRef(body)
    }

    @inline(__always) func allSatisfy(_ holds: (Reader) -> Bool) -> Bool {
        for index in 0..<count where !start[index]._withUnsafeGuaranteedRef(holds) { return false }
        return true
    }
}
