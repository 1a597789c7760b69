import Acquisition
import Events
import Foundation
import Primitives
import Testing

@Suite struct LineReaderTests {
    let folder = Scratch()

    private func read(_ bytes: [UInt8], range: Range<Int64>? = nil) throws -> (InputReader, ReadLog) {
        let reader = try InputReader(InputSpec(path: folder.write("a.log", bytes), range: range))
        return (reader, try ReadLog(reader))
    }

    static let contents = [
        "", "\n", "a", "a\n", "a\nb", "\n\n\n", sampleLines(40_000), sampleLines(1, width: 1_048_000),
    ]

    @Test(arguments: contents.indices) func everythingIsDelivered(_ index: Int) throws {
        let text = LineReaderTests.contents[index]
        let (reader, log) = try read(Array(text.utf8))
        #expect(log.content == Array(text.utf8), "content \(index)")
        #expect(log.isWhole)
        #expect(reader.kind == .log)
        #expect(reader.problem == nil)
        #expect(reader.bytesRead == Int64(text.utf8.count))
        #expect(reader.bytesDecoded == Int64(text.utf8.count))
        #expect(log.offsets.first == (text.isEmpty ? nil : 0))
    }

    @Test func offsetsAreThoseOfTheContent() throws {
        let (_, log) = try read(Array(sampleLines(60_000).utf8))
        #expect(log.counts.count == 5)
        for index in 1..<log.offsets.count {
            #expect(log.offsets[index] == log.offsets[index - 1] + Int64(log.counts[index - 1]))
        }
    }

    /// A line that does not fit: head kept, rest counted, the lines around it untouched.
    @Test(arguments: [0, 1, 2, 1_048_575, 1_048_576, 1_048_577, 3_000_000])
    func longLinesAreCut(_ excess: Int) throws {
        let long = String(repeating: "L", count: RawBatch.capacity + excess)
        let text = "before\n" + long + "\nafter\nlast"
        let (reader, log) = try read(Array(text.utf8))
        let kept = "before\n" + String(repeating: "L", count: RawBatch.capacity) + "after\nlast"
        #expect(log.content.elementsEqual(kept.utf8))
        #expect(log.cutBatches == (excess == 0 ? 0 : 1))
        #expect(log.discarded == Int64(excess + 1))
        #expect(reader.cutLines == (excess == 0 ? 0 : 1))
        #expect(log.offsets == [0, 7, Int64(7 + RawBatch.capacity + excess + 1)])
        #expect(log.content.count + Int(log.discarded) == text.utf8.count)
    }

    @Test func aLongLastLineWithoutNewlineIsCut() throws {
        let (reader, log) = try read([UInt8](repeating: 65, count: RawBatch.capacity + 10))
        #expect(log.content.count == RawBatch.capacity)
        #expect(log.discarded == 10)
        #expect(log.cutBatches == 1)
        #expect(reader.resumePoint.offset == 0)
        #expect(reader.tail().length == 4096)
    }

    @Test func aLineThatJustFitsIsWhole() throws {
        let line = [UInt8](repeating: 65, count: RawBatch.capacity - 1) + [10]
        let (_, log) = try read([98, 10] + line + line)
        #expect(log.counts == [2, RawBatch.capacity, RawBatch.capacity])
        #expect(log.cutBatches == 0)
    }

    /// 100 MB without a newline: linear time, and the memory of one batch.
    @Test func aLineOfAHundredMegabytes() throws {
        let path = folder.write("long.log", [])
        let chunk = Data(repeating: 65, count: 1 << 20)
        let handle = try #require(FileHandle(forWritingAtPath: path))
        for _ in 0..<100 { handle.write(chunk) }
        handle.write(Data("\nend\n".utf8))
        try handle.close()
        let started = Date()
        let reader = try InputReader(InputSpec(path: path))
        let log = try ReadLog(reader)
        #expect(log.counts == [RawBatch.capacity, 4])
        #expect(log.discarded == Int64(99 << 20) + 1)
        #expect(Date().timeIntervalSince(started) < 10)
    }

    /// However a file is cut into ranges, each line is read exactly once, and has the offset it has in the whole.
    @Test(arguments: 1...60) func rangesMeet(_ seed: Int) throws {
        var dice = Dice(UInt64(seed))
        let lines = (0..<Int.random(in: 1...60, using: &dice)).map { number in
            "\(number):" + String(repeating: "y", count: Int.random(in: 0...30, using: &dice))
        }
        let text = lines.joined(separator: "\n") + (Bool.random(using: &dice) ? "\n" : "")
        let size = Int64(text.utf8.count)
        var cuts = [0, size] + (0..<5).map { _ in Int64.random(in: 0...size, using: &dice) }
        cuts.sort()
        let packed = Bool.random(using: &dice)
        let path = folder.write("r\(seed)", packed ? compressGzip(Array(text.utf8)) : Array(text.utf8))
        var joined = ""
        for (start, end) in zip(cuts, cuts.dropFirst()) where start < end {
            let log = try ReadLog(try InputReader(InputSpec(path: path, range: start..<end)))
            if let first = log.offsets.first {
                #expect(first == joined.utf8.count)
                #expect(first >= start && first < end)
            }
            joined += log.text
        }
        #expect(joined == text)
    }

    @Test func rangesKeepTheInputsIdentity() throws {
        let path = folder.write("i.log", sampleLines(200))
        let whole = try InputReader(InputSpec(path: path))
        let part = try InputReader(InputSpec(path: path, range: 9000..<10_000))
        #expect(part.identity == whole.identity)
    }

    /// Many cut lines with ranges around them.
    @Test func rangesAndCutLines() throws {
        let long = String(repeating: "z", count: RawBatch.capacity + 5)
        let path = folder.write("c.log", "a\n" + long + "\nb\n" + long)
        let starts: [Int64] = [0, 1, 2, 3, 1_048_583, 1_048_584, 1_048_586]
        let ends = starts.dropFirst() + [.max]
        var joined = 0
        for (start, end) in zip(starts, ends) {
            let log = try ReadLog(try InputReader(InputSpec(path: path, range: start..<end)))
            joined += log.content.count + Int(log.discarded)
        }
        #expect(joined == 2 + 2 * (RawBatch.capacity + 5) + 1 + 2)
    }
}
