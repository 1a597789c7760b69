import Acquisition
import Events
import Foundation
import Primitives
import Testing

@Suite struct InputReaderTests {
    let folder = Scratch()

    private func open(_ name: String, _ bytes: [UInt8], sensor: String? = nil) throws -> InputReader {
        try InputReader(InputSpec(path: folder.write(name, bytes), sensor: sensor))
    }

    private func open(_ name: String, _ text: String, sensor: String? = nil) throws -> InputReader {
        try open(name, Array(text.utf8), sensor: sensor)
    }

    // MARK: identity

    @Test func identityIsOfTheFirstWholeLines() throws {
        let text = sampleLines(200)
        let reader = try open("a.log", text)
        let lineEnd = try #require(Array(text.utf8).prefix(4096).lastIndex(of: 10)) + 1
        #expect(reader.headLength == lineEnd)
        #expect(try open("b.log", text + "more\n").identity == reader.identity)
        #expect(try open("c.log", "x" + text).identity != reader.identity)
        #expect(try open("d.log", text, sensor: "edge").identity != reader.identity)
        #expect(try open("e.log", text, sensor: "").identity != reader.identity)
        #expect(reader.identity(headLength: lineEnd) == reader.identity)
        #expect(reader.identity(headLength: text.utf8.count + 1) == nil)
    }

    @Test(arguments: [("", 0), ("abc", 3), ("abc\nde", 4), ("\n", 1)]) func identityOfShortLogs(
        _ text: String, _ length: Int
    )
        throws
    {
        #expect(try open("a.log", text).headLength == length)
    }

    @Test func aFirstLineBeyondTheHeadCountsByItsFirstPart() throws {
        let line = String(repeating: "a", count: 5000)
        let reader = try open("a.log", line + "\n")
        #expect(reader.headLength == 4096)
        #expect(try open("b.log", line + "bcd").identity == reader.identity)
    }

    /// A log that was short when first seen is known again by the length that counted then.
    @Test func aGrownLogIsKnownByItsOldHead() throws {
        let first = try open("a.log", "one\ntwo")
        let grown = try open("a.log", "one\ntwo and more\n" + sampleLines(100))
        #expect(grown.identity != first.identity)
        #expect(grown.identity(headLength: first.headLength) == first.identity)
    }

    @Test func identityOfCapturesIsOfWholePackets() throws {
        let frames = sampleFrames([1000, 1000, 1000, 1000, 1000])
        let classic = try open("a", CaptureMaker.pcap(frames))
        #expect(classic.headLength == 24 + 4 * 1016)
        let next = try open("b", CaptureMaker.pcapng(frames))
        #expect(next.headLength == 48 + 3 * 1032)
        #expect(try open("c", CaptureMaker.pcap(Array(frames[..<4]))).identity == classic.identity)
        #expect(try open("d", CaptureMaker.pcap(sampleFrames([9000]))).headLength == 4096)
        #expect(try open("e", CaptureMaker.pcap([])).headLength == 24)
    }

    // MARK: going on

    @Test(arguments: [false, true]) func aGrownLogIsContinued(_ packed: Bool) throws {
        let old = sampleLines(20_000)
        let pack = { (text: String) in packed ? compressGzip(Array(text.utf8)) : Array(text.utf8) }
        let first = try open("a.log", pack(old))
        _ = try ReadLog(first)
        let (tail, length) = first.tail()
        #expect(length == 4096)
        #expect(first.resumePoint == ResumePoint(offset: Int64(old.utf8.count), tail: tail, tailLength: length))

        let grown = try open("a.log", pack(old + "new\nlines\n"))
        #expect(try grown.skip(to: Int64(old.utf8.count), tail: tail, tailLength: length))
        let log = try ReadLog(grown)
        #expect(log.text == "new\nlines\n")
        #expect(log.offsets == [Int64(old.utf8.count)])
        #expect(packed || grown.bytesRead < 400_000)
        let whole = try open("b.log", old + "new\nlines\n")
        _ = try ReadLog(whole)
        #expect(grown.tail() == whole.tail())

        let other = try open("c.log", pack("X" + old.dropFirst(1) + "new\n"))
        #expect(try other.skip(to: Int64(old.utf8.count), tail: tail, tailLength: length))
        let rewritten = try open("c.log", pack(old.dropLast(3) + "X\n\nnew\n"))
        #expect(try !rewritten.skip(to: Int64(old.utf8.count), tail: tail, tailLength: length))
        #expect(try ReadLog(rewritten).text == old.dropLast(3) + "X\n\nnew\n")
        let shorter = try open("d.log", pack(String(old.dropLast(50_000))))
        #expect(try !shorter.skip(to: Int64(old.utf8.count), tail: tail, tailLength: length))
        #expect(try ReadLog(shorter).content.count == old.utf8.count - 50_000)
    }

    /// Asked in the middle of reading, the reader goes back first.
    @Test func continuingAfterReading() throws {
        let text = sampleLines(30_000)
        for bytes in [Array(text.utf8), compressGzip(Array(text.utf8))] {
            let first = try open("a.log", bytes)
            let batch = RawBatch()
            #expect(try first.read(into: batch))
            let point = first.resumePoint
            while try first.read(into: batch) {}
            #expect(try first.skip(to: point.offset, tail: point.tail, tailLength: point.tailLength))
            #expect(try ReadLog(first).content == Array(Array(text.utf8)[Int(point.offset)...]))
        }
    }

    @Test func nothingNewIsNothingRead() throws {
        let text = sampleLines(100)
        let first = try open("a.log", text)
        _ = try ReadLog(first)
        let again = try open("a.log", text)
        #expect(try again.skip(to: Int64(text.utf8.count), tail: first.tail().id, tailLength: first.tail().length))
        #expect(try ReadLog(again).content.isEmpty)
    }

    /// An input that ended inside a line is continued before that line.
    @Test func theResumePointIsBeforeAnOpenLine() throws {
        let first = try open("a.log", "one\ntwo\nthr")
        #expect(try ReadLog(first).text == "one\ntwo\nthr")
        let point = first.resumePoint
        #expect(point.offset == 8)
        #expect(point.tailLength == 8)
        #expect(first.tail().length == 11)
        let grown = try open("a.log", "one\ntwo\nthree\nfour\n")
        #expect(try grown.skip(to: point.offset, tail: point.tail, tailLength: point.tailLength))
        #expect(try ReadLog(grown).text == "three\nfour\n")
    }

    @Test func impossiblePlacesAreRefused() throws {
        let reader = try open("a.log", "one\ntwo\n")
        let id = ContentID(high: 0, low: 0)
        for (offset, length) in [(-1, 0), (2, 3), (4, -1), (9000, 5000), (Int64.max, 4)] as [(Int64, Int)] {
            #expect(try !reader.skip(to: offset, tail: id, tailLength: length))
        }
        #expect(try ReadLog(reader).text == "one\ntwo\n")
    }

    // MARK: what it is

    @Test func emptyFilesAreEmptyLogs() throws {
        let reader = try open("a.pcap", [])
        #expect(reader.kind == .log)
        #expect(reader.head.isEmpty)
        #expect(try ReadLog(reader).content.isEmpty)
        #expect(reader.problem == nil)
    }

    @Test func noiseIsALog() throws {
        var dice = Dice(3)
        let noise = (0..<300_000).map { _ in UInt8.random(in: 0...255, using: &dice) }
        let reader = try open("noise.log", noise)
        #expect(reader.kind == .log)
        #expect(try ReadLog(reader).content == noise)
        #expect(reader.head.array == Array(noise[..<65_536]))
    }

    @Test(
        arguments: [
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00, 1], "xz-compressed"),
            ([0x42, 0x5A, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59], "bzip2-compressed"),
            (Array("snoop\0\0\0\0".utf8), "snoop"), (Array("LPKSHHRH....".utf8), "systemd journal"),
            (Array("SQLite format 3\0".utf8), "SQLite"),
        ] as [([UInt8], String)])
    func foreignFormatsAreRefusedByName(_ bytes: [UInt8], _ name: String) throws {
        let path = folder.write("x", bytes)
        do throws(AcquisitionError) {
            _ = try InputReader(InputSpec(path: path))
            Issue.record("was read")
        } catch {
            #expect(error.path == path)
            #expect(error.reason.contains(name))
            #expect(!error.advice.isEmpty)
        }
    }

    @Test func aLineThatBeginsLikeBzip2IsALine() throws {
        #expect(try ReadLog(try open("a.log", "BZhou logged in\n")).text == "BZhou logged in\n")
    }

    @Test func errorsSayWhatWhereAndWhatNext() {
        do throws(AcquisitionError) {
            _ = try InputReader(InputSpec(path: folder.path + "/missing"))
            Issue.record("was opened")
        } catch {
            #expect(error.description == folder.path + "/missing: No such file or directory; check the path")
        }
        do throws(AcquisitionError) {
            _ = try InputReader(InputSpec(path: folder.path))
            Issue.record("was opened")
        } catch {
            #expect(error.reason == "Is a directory")
        }
    }

    @Test func rangesAreForLogsAndReadsForTheirKind() throws {
        let path = folder.write("c.pcap", CaptureMaker.pcap([]))
        #expect(throws: AcquisitionError.self) { try InputReader(InputSpec(path: path, range: 0..<10)) }
        let capture = try InputReader(InputSpec(path: path))
        #expect(throws: AcquisitionError.self) { try capture.read(into: RawBatch()) }
        let log = try open("a.log", "a\n")
        #expect(throws: AcquisitionError.self) { try log.read(into: PacketBatch()) }
    }

    @Test func stamps() throws {
        let reader = try open("a.log", "abc\n")
        #expect(reader.fileStamp?.size == 4)
        #expect(reader.fileStamp?.modifiedNanoseconds == reader.modificationTime.nanoseconds)
        #expect(abs(Double(reader.modificationTime.seconds) - Date().timeIntervalSince1970) < 100)
    }
}
