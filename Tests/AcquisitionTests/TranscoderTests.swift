import Acquisition
import Events
import Foundation
import Primitives
import Testing

/// Content that is no text of lines: systemd's journal export and octet-counted syslog.
@Suite struct TranscoderTests {
    private static func lines(_ content: [UInt8], _ format: String) throws -> [String] {
        let folder = Scratch()
        let reader = try InputReader(
            InputSpec(path: folder.write("input", content), range: nil, sensor: nil, asset: nil))
        #expect(reader.formatName == format)
        let raw = RawBatch()
        var text: [UInt8] = []
        while try reader.read(into: raw) { text += raw.bytes.array }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private static func binary(_ name: String, _ value: [UInt8]) -> [UInt8] {
        let length = withUnsafeBytes(of: UInt64(value.count).littleEndian) { Array($0) }
        return Array(name.utf8) + [10] + length + value + [10]
    }

    private static let entry = Array("__CURSOR=s=1\n_PID=77\nMESSAGE=a \"b\\\n".utf8)

    @Test func journalEntriesBecomeObjects() throws {
        let content = Self.entry + [10] + Self.entry + Self.binary("DATA", Array("x\ny\u{1}".utf8)) + [10] + Self.entry
        let plain = "{\"__CURSOR\":\"s=1\",\"_PID\":\"77\",\"MESSAGE\":\"a \\\"b\\\\\""
        #expect(
            try Self.lines(content, "text+journal") == [
                plain + "}", plain + ",\"DATA\":\"x\\u000ay\\u0001\"}", plain + "}",
            ])
    }

    @Test func damagedJournalGoesOn() throws {
        let odd = Array("no field at all = x\nA=1\n\n".utf8)
        let content = Self.entry + odd + Self.entry + [10] + Array("DATA\n\u{9}".utf8)
        let lines = try Self.lines(content, "text+journal")
        #expect(lines.count == 2 && lines[0].hasSuffix(",\"A\":\"1\"}"))
    }

    @Test func journalEntriesPassBlockSeams() throws {
        let long = Array(repeating: UInt8(ascii: "z"), count: 100_000)
        let content = Self.entry + Self.binary("DATA", long) + [10] + Self.entry + [10]
        let lines = try Self.lines(content, "text+journal")
        #expect(lines.count == 2 && lines[0].utf8.count > 100_000)
    }

    @Test func octetCountedRecordsBecomeLines() throws {
        let content = Array("13 <38>Mar 12 a\u{62}16 <38>Mar 12 two\nx".utf8)
        #expect(try Self.lines(content, "text+octet-counted").count == 2)
        let exact = Array("9 <38>a b c11 <38>two\nlin\n6 <38>ab".utf8)
        #expect(try Self.lines(exact, "text+octet-counted") == ["<38>a b c", "<38>two#012lin", "<38>ab"])
    }

    @Test func framesWithoutALengthAreLines() throws {
        let content = Array("9 <38>a b c9 <38>a b cgarbage line\n9 <38>d e f".utf8)
        #expect(
            try Self.lines(content, "text+octet-counted") == ["<38>a b c", "<38>a b c", "garbage line", "<38>d e f"])
    }

    @Test func ordinaryLinesAreNoFrames() throws {
        let content = Array("12 <38>Mar 12 02:58:01 h app: hello\n12 <38>Mar 12 02:58:01 h app: hello\n".utf8)
        #expect(try Self.lines(content, "text").count == 2)
    }

    /// A batch ends before a record that may go on; columns that changed are known behind it.
    @Test func whatCrossesBatchesIsTakenDown() throws {
        let folder = Scratch()
        var text = "#Fields: a b c\n"
        for index in 0..<60_000 {
            text += "2026-03-12 line \(index)\n\tat trace\n"
            if index == 50_000 { text += "#Software: x\n#Fields: d e f\n" }
        }
        let reader = try InputReader(
            InputSpec(path: folder.write("input", Array(text.utf8)), range: nil, sensor: nil, asset: nil))
        let raw = RawBatch()
        var states: [RecordState] = []
        while try reader.read(into: raw) {
            #expect(!RecordLines.mayContinue(raw.bytes) || raw.streamOffset == 0)
            states.append(reader.recordState)
        }
        #expect(states.count >= 2)
        #expect(states.first?.directives == Array("#Fields: a b c\n".utf8))
        #expect(states.last?.directives == Array("#Software: x\n#Fields: d e f\n".utf8))
        for state in states {
            #expect(state.before.count <= RecordState.windowBytes && state.before.last == 10)
            #expect(Array(text.utf8).prefix(Int(state.offset)).suffix(state.before.count).elementsEqual(state.before))
        }
    }
}
