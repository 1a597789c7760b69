internal import Events
internal import Glibc
internal import Primitives

/// Cuts a byte stream into batches of whole lines.
///
/// The source writes straight into the batch; only the partial line at a batch's end is copied, to the next batch. A
/// line that is longer than a batch is cut: its head makes the end of a batch, the rest is read past and counted.
final class LineReader {
    private let source: ByteSource
    private let interactive: Bool
    /// Bytes read and not yet delivered: a partial line, or what lay behind a line that was cut.
    private let carry = UnsafeMutablePointer<UInt8>.allocate(capacity: RawBatch.capacity)
    private var carryCount = 0
    /// Place in the content of the next byte to deliver.
    private(set) var offset: Int64 = 0
    /// Records that begin here or later are not read.
    private var end = Int64.max
    private var sequence = 0
    private var ended = false
    private(set) var tail = TailWindow()
    /// Where the input ended inside a line: the place before that line.
    private var beforeOpenLine: ResumePoint?
    private var directives = DirectiveTracker()
    private(set) var cutLines: Int64 = 0
    private(set) var discardedBytes: Int64 = 0

    init(source: ByteSource, interactive: Bool) {
        self.source = source
        self.interactive = interactive
    }

    deinit { carry.deallocate() }

    var hasDelivered: Bool { sequence > 0 }

    /// Behind the last line that was delivered with its newline.
    var resume: ResumePoint { beforeOpenLine ?? resumeHere }

    private var resumeHere: ResumePoint {
        let length = tail.count
        return ResumePoint(offset: offset, tail: tail.id(length: length) ?? TailWindow.id(.empty), tailLength: length)
    }

    /// Fills `batch` with whole lines; false at the end of the content (or of the range).
    func read(into batch: RawBatch) -> Bool {
        batch.reset()
        if ended && carryCount == 0 || offset >= end { return false }
        batch.sequence = sequence
        batch.streamOffset = offset
        memcpy(batch.storage, carry, carryCount)
        batch.count = carryCount
        carryCount = 0
        fill(batch)
        if batch.count == 0 { return false }
        settle(batch)
        sequence += 1
        return true
    }

    /// Reads until the batch is full, the range's last line is whole, or a live input has whole lines and nothing more.
    private func fill(_ batch: RawBatch) {
        var hasLine = interactive && batch.bytes.lastIndex(of: ASCII.newline) != nil
        while batch.count < RawBatch.capacity && !ended {
            if hasLine && !source.isReady() || rangeEnd(batch) != nil { return }
            let length = source.read(into: batch.storage + batch.count, RawBatch.capacity - batch.count)
            if length == 0 { ended = true }
            if interactive && !hasLine {
                hasLine = Bytes(start: batch.storage + batch.count, count: length).lastIndex(of: ASCII.newline) != nil
            }
            batch.count += length
        }
    }

    /// Length of the batch up to the end of the range's last line, where that is in the batch.
    private func rangeEnd(_ batch: RawBatch) -> Int? {
        guard end - offset <= Int64(batch.count) else { return nil }
        return batch.bytes.firstIndex(of: ASCII.newline, from: Int(end - offset) - 1).map { $0 + 1 }
    }

    /// Decides how much of what was read is delivered, keeps the rest, and moves on.
    private func settle(_ batch: RawBatch) {
        if let length = rangeEnd(batch) {
            batch.count = length
            ended = true
            return deliver(batch, whole: length)
        }
        var whole = batch.bytes.lastIndex(of: ASCII.newline).map { $0 + 1 } ?? 0
        if ended { return deliver(batch, whole: whole) }
        if whole == 0 { return cut(batch) }
        if !interactive { whole = RecordLines.lengthWithoutLast(batch.bytes.prefix(whole)) }
        carryCount = batch.count - whole
        memcpy(carry, batch.storage + whole, carryCount)
        batch.count = whole
        deliver(batch, whole: whole)
    }

    private func deliver(_ batch: RawBatch, whole: Int) {
        directives.take(batch.bytes.prefix(whole))
        tail.append(batch.bytes.prefix(whole))
        offset += Int64(whole)
        guard whole < batch.count else { return }
        beforeOpenLine = resumeHere
        tail.append(batch.bytes.dropping(whole))
        offset += Int64(batch.count - whole)
    }

    /// The batch is full of one line without an end: its rest is read past.
    private func cut(_ batch: RawBatch) {
        let before = resumeHere
        tail.append(batch.bytes)
        directives.take(batch.bytes)
        let (discarded, terminated) = skipLine()
        batch.discardedBytes = discarded
        batch.lastLineCut = discarded > (terminated ? 1 : 0)
        if batch.lastLineCut {
            cutLines += 1
            discardedBytes += discarded
        }
        offset += Int64(batch.count) + discarded
        if !terminated { beforeOpenLine = before }
    }

    /// Reads past the next newline; what lies behind it goes to `carry`. Answers how many bytes were passed (with the
    /// newline), and whether there was one.
    private func skipLine() -> (passed: Int64, terminated: Bool) {
        var passed: Int64 = 0
        while true {
            let length = source.read(into: carry, RawBatch.capacity)
            if length == 0 {
                ended = true
                return (passed, false)
            }
            let chunk = Bytes(start: UnsafePointer(carry), count: length)
            guard let newline = chunk.firstIndex(of: ASCII.newline) else {
                tail.append(chunk)
                directives.take(chunk)
                passed += Int64(length)
                continue
            }
            tail.append(chunk.prefix(newline + 1))
            directives.take(chunk.prefix(newline + 1))
            carryCount = length - newline - 1
            memmove(carry, carry + newline + 1, carryCount)
            return (passed + Int64(newline) + 1, true)
        }
    }
}

extension LineReader {
    /// The whole lines among the last bytes that went by, and the directives that hold behind them.
    var recordState: RecordState {
        var before = tail.bytes
        if Int64(before.count) < offset { before = before.dropping((before.firstIndex(of: ASCII.newline) ?? -1) + 1) }
        if before.starts(with: "\u{FEFF}") { before = before.dropping(3) }
        if before.count > 0, before.start[before.count - 1] != ASCII.newline { before = .empty }
        return RecordState(offset: offset, before: before.array, directives: directives.current)
    }
}

/// Starting elsewhere than at the first byte.
extension LineReader {
    /// Delivers the lines that begin in `range` (nil: all). Call before the first read.
    ///
    /// A UTF-8 byte-order mark at the start of the content is passed over; it counts as a part of the first line.
    func start(range: Range<Int64>?) {
        end = range?.upperBound ?? .max
        guard let range, range.lowerBound > 0 else {
            directives.begin(source.head)
            if source.head.starts(with: "\u{FEFF}") {
                offset = pass(3)
                end = max(end, 4)
            }
            return
        }
        directives.begin(source.head)
        // The byte before the range tells whether a line begins with it.
        offset = pass(range.lowerBound - 1)
        guard !ended else { return }
        offset += skipLine().passed
    }

    /// Goes on at `target`, if the `length` bytes before it hash to `known`. False: they do not, and this reader is
    /// spoilt (the caller makes a new one at the start).
    func resume(at target: Int64, tail known: ContentID, length: Int) -> Bool {
        offset = pass(target)
        return offset == target && tail.id(length: length) == known
    }

    /// Moves `target` bytes into the content, by seeking where that is possible and saves reading; `tail` holds what
    /// lies before. Answers how far it came.
    private func pass(_ target: Int64) -> Int64 {
        if target <= offset { return offset }
        let context = Int64(min(target, Int64(TailWindow.capacity)))
        var at = offset
        if let size = source.plainSize {
            if target > size {
                ended = true
                return at
            }
            if target > Int64(source.head.count), !directives.isNeeded, source.seek(to: target - context) {
                at = target - context
                tail.removeAll()
            }
        }
        while at < target {
            let length = source.read(into: carry, Int(min(Int64(RawBatch.capacity), target - at)))
            if length == 0 {
                ended = true
                break
            }
            tail.append(Bytes(start: UnsafePointer(carry), count: length))
            directives.take(Bytes(start: UnsafePointer(carry), count: length))
            at += Int64(length)
        }
        return at
    }
}
