import Acquisition
import Events
import Foundation
import Primitives
import Testing

/// Byte-order marks: UTF-16 logs come out as UTF-8, a UTF-8 mark is passed over.
@Suite struct TextEncodingTests {
    let folder = Scratch()
    static let text = "2026-03-12 đăng nhập 😀 ok\r\nsecond\r\n"

    private func utf16(_ text: String, _ isBigEndian: Bool, mark: Bool = true) -> [UInt8] {
        ((mark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { (unit: UInt16) in
            isBigEndian ? [UInt8(unit >> 8), UInt8(unit & 255)] : [UInt8(unit & 255), UInt8(unit >> 8)]
        }
    }

    private func read(_ bytes: [UInt8]) throws -> (InputReader, ReadLog) {
        let reader = try InputReader(InputSpec(path: folder.write("a.log", bytes)))
        return (reader, try ReadLog(reader))
    }

    @Test(arguments: [false, true]) func utf16BecomesUTF8(_ isBigEndian: Bool) throws {
        let long = String(repeating: TextEncodingTests.text, count: 20_000)
        let (reader, log) = try read(utf16(long, isBigEndian))
        #expect(log.content == Array(long.utf8))
        #expect(reader.formatName == "text+utf16")
        #expect(reader.bytesDecoded == Int64(long.utf8.count))
        #expect(reader.problem == nil)
        let plain = try InputReader(InputSpec(path: folder.write("b.log", long)))
        #expect(reader.identity == plain.identity)
        let packed = try read(compressGzip(utf16(long, isBigEndian)))
        #expect(packed.0.formatName == "text+gzip+utf16")
        #expect(packed.1.content == log.content)
    }

    @Test func loneSurrogatesAndHalfUnits() throws {
        let units: [UInt8] =
            [0xFF, 0xFE] + utf16("ab c\n", false, mark: false) + [0x3D, 0xD8, 0x41, 0, 0x00, 0xDE, 0x0A, 0]
        #expect(try read(units).1.text == "ab c\n\u{FFFD}A\u{FFFD}\n")
        #expect(try read(units + [0x3D, 0xD8]).1.text == "ab c\n\u{FFFD}A\u{FFFD}\n\u{FFFD}")
        #expect(try read(units + [0x41]).1.text == "ab c\n\u{FFFD}A\u{FFFD}\n\u{FFFD}")
    }

    @Test(arguments: [[0xFF, 0xFE, 0, 0, 0x41, 0, 0, 0], [0xFE, 0xFF, 0x99, 0x98, 0x97, 0x96]] as [[UInt8]])
    func otherThingsAreLeftAsTheyAre(_ bytes: [UInt8]) throws {
        #expect(try read(bytes).1.content == bytes)
    }

    @Test func aGrownUTF16LogIsContinued() throws {
        let old = String(repeating: TextEncodingTests.text, count: 3000)
        let (first, _) = try read(utf16(old, false))
        let point = first.resumePoint
        let path = folder.write("a.log", utf16(old + "new\n", false))
        let grown = try InputReader(InputSpec(path: path))
        #expect(try grown.skip(to: point.offset, tail: point.tail, tailLength: point.tailLength))
        #expect(try ReadLog(grown).text == "new\n")
        let other = try InputReader(InputSpec(path: path))
        let wrong = ContentID(high: 0, low: 0)
        #expect(try !other.skip(to: point.offset, tail: wrong, tailLength: point.tailLength))
        #expect(try ReadLog(other).text == old + "new\n")
    }

    @Test func aUTF8MarkIsPassedOver() throws {
        let bytes = [0xEF, 0xBB, 0xBF] + Array("one\ntwo\n".utf8)
        let (reader, log) = try read(bytes)
        #expect(log.text == "one\ntwo\n")
        #expect(log.offsets == [3])
        #expect(reader.tail().length == 11)
        #expect(reader.bytesRead == 11)
        for offset: Int64 in [3, 7, 11] {
            let again = try InputReader(InputSpec(path: folder.write("s.log", bytes)))
            let first = try InputReader(InputSpec(path: folder.write("f.log", Array(bytes[..<Int(offset)]))))
            _ = try ReadLog(first)
            let point = first.resumePoint
            #expect(point.offset == offset)
            #expect(try again.skip(to: offset, tail: point.tail, tailLength: point.tailLength))
            #expect(try ReadLog(again).content == Array(bytes[Int(offset)...]))
        }
        for cut: Int64 in 1...10 {
            let path = folder.write("r.log", bytes)
            let first = try ReadLog(try InputReader(InputSpec(path: path, range: 0..<cut)))
            let second = try ReadLog(try InputReader(InputSpec(path: path, range: cut..<11)))
            #expect(first.text + second.text == "one\ntwo\n", "cut at \(cut)")
        }
    }

    /// The mark is for the first line only: a mark alone is an empty log.
    @Test func aMarkAlone() throws {
        #expect(try read([0xEF, 0xBB, 0xBF]).1.content.isEmpty)
        #expect(try read([0xFF, 0xFE]).1.content.isEmpty)
    }
}
