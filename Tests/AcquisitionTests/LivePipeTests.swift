import Acquisition
import Events
import Foundation
import Glibc
import Primitives
import Testing

/// Live inputs: what is there is delivered at once, whatever it is.
@Suite(.serialized) struct LivePipeTests {
    let folder = Scratch()

    /// A named pipe, opened at both ends: `read` gives the reader, `write` is the descriptor to write to.
    private func pipe(_ first: [UInt8], interactive: Bool = true) throws -> (reader: InputReader, write: Int32) {
        let path = folder.path + "/pipe-" + UUID().uuidString
        #expect(mkfifo(path, 0o600) == 0)
        let write = open(path, O_RDWR)
        #expect(write >= 0)
        send(first, to: write)
        let reader = try InputReader(InputSpec(path: path), interactive: interactive)
        return (reader, write)
    }

    private func send(_ bytes: [UInt8], to descriptor: Int32) {
        #expect(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }

    private func send(_ text: String, to descriptor: Int32) { send(Array(text.utf8), to: descriptor) }

    @Test func linesComeAsTheyAreWritten() throws {
        let (reader, write) = try pipe(Array("one\ntw".utf8))
        let batch = RawBatch()
        #expect(try reader.read(into: batch))
        #expect(batch.bytes.text == "one\n")
        #expect(reader.headLength == 4)
        send("o\nthree\nfo", to: write)
        let started = Date()
        #expect(try reader.read(into: batch))
        #expect(Date().timeIntervalSince(started) < 0.1)
        #expect(batch.bytes.text == "two\nthree\n")
        #expect(batch.streamOffset == 4)
        #expect(batch.sequence == 1)
        send("ur", to: write)
        Thread.detachNewThread {
            usleep(50_000)
            close(write)
        }
        #expect(try reader.read(into: batch))
        #expect(batch.bytes.text == "four")
        #expect(try !reader.read(into: batch))
        #expect(reader.problem == nil)
    }

    /// A line longer than a batch, then others, on a pipe that stays open.
    @Test func whatLiesBehindACutLineDoesNotWait() throws {
        let (reader, write) = try pipe([UInt8](repeating: 65, count: 65_536))
        defer { close(write) }
        Thread.detachNewThread {
            var left = RawBatch.capacity + 1000 - 65_536
            let chunk = [UInt8](repeating: 65, count: 4096)
            while left > 0 { left -= Glibc.write(write, chunk, min(left, 4096)) }
            _ = Glibc.write(write, "\nnext\n", 6)
        }
        let batch = RawBatch()
        #expect(try reader.read(into: batch))
        #expect(batch.lastLineCut)
        #expect(batch.discardedBytes == 1001)
        #expect(try reader.read(into: batch))
        #expect(batch.bytes.text == "next\n")
    }

    @Test func packedLinesComeAsTheyAreFlushed() throws {
        let (reader, write) = try pipe(compressGzip(Array("one\n".utf8)))
        defer { close(write) }
        #expect(reader.formatName == "text+gzip")
        let batch = RawBatch()
        #expect(try reader.read(into: batch))
        #expect(batch.bytes.text == "one\n")
        send(compressGzip(Array("two\n".utf8)), to: write)
        #expect(try reader.read(into: batch))
        #expect(batch.bytes.text == "two\n")
    }

    @Test func packetsComeAsTheyAreWritten() throws {
        var maker = CaptureMaker()
        maker.pcapHeader()
        let (reader, write) = try pipe(Array(maker.bytes[..<7]))
        defer { close(write) }
        #expect(reader.kind == .capture)
        maker.record([1, 2, 3], seconds: 1)
        send(Array(maker.bytes[7...]), to: write)
        let batch = PacketBatch()
        #expect(try reader.read(into: batch))
        #expect(batch.packets.count == 1)
        var more = CaptureMaker()
        more.record([4, 5], seconds: 2)
        more.record([6], seconds: 3)
        send(Array(more.bytes[..<25]), to: write)
        #expect(try reader.read(into: batch))
        #expect(batch.packets.map(\.number) == [2])
        send(Array(more.bytes[25...]), to: write)
        #expect(try reader.read(into: batch))
        #expect(batch.packets.map(\.number) == [3])
    }

    @Test func sectionsComeAsTheyAreWritten() throws {
        var maker = CaptureMaker(bytes: CaptureMaker.pcapng([[1, 2]]))
        let first = maker.bytes.count
        let (reader, write) = try pipe(maker.bytes)
        defer { close(write) }
        let batch = PacketBatch()
        #expect(try reader.read(into: batch))
        #expect(batch.packets.count == 1)
        maker.enhancedPacket([3], ticks: 1)
        let split = maker.bytes.count + 5
        maker.enhancedPacket([4], ticks: 2)
        send(Array(maker.bytes[first..<split]), to: write)
        #expect(try reader.read(into: batch))
        #expect(batch.packets.map(\.number) == [2])
        send(Array(maker.bytes[split...]), to: write)
        #expect(try reader.read(into: batch))
        #expect(batch.packets.map(\.number) == [3])
    }

    /// A pipe that cannot wait (`O_NONBLOCK`, shared with a terminal) is waited for all the same.
    @Test func descriptorsThatDoNotBlockAreWaitedFor() throws {
        let path = folder.path + "/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        let keep = open(path, O_RDWR | O_NONBLOCK)
        let standardInput = dup(0)
        dup2(keep, 0)
        defer {
            dup2(standardInput, 0)
            close(standardInput)
            close(keep)
        }
        send("a\n", to: keep)
        let reader = try InputReader(InputSpec(path: "-"), interactive: true)
        let batch = RawBatch()
        #expect(try reader.read(into: batch))
        Thread.detachNewThread {
            usleep(30_000)
            _ = Glibc.write(keep, "b\n", 2)
        }
        #expect(try reader.read(into: batch))
        #expect(batch.bytes.text == "b\n")
    }

    /// Without `interactive` a pipe is read in full batches.
    @Test func aPipeThatIsNotLiveFillsBatches() throws {
        let path = folder.path + "/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        let text = sampleLines(30_000)
        Thread.detachNewThread {
            let write = open(path, O_WRONLY)
            let bytes = Array(text.utf8)
            var done = 0
            while done < bytes.count {
                let chunk = Array(bytes[done..<min(done + 7001, bytes.count)])
                done += Glibc.write(write, chunk, chunk.count)
            }
            close(write)
        }
        let reader = try InputReader(InputSpec(path: path))
        let log = try ReadLog(reader)
        #expect(log.text == text)
        #expect(log.counts.count == 3)
        #expect(reader.fileStamp == nil)
        #expect(try !reader.skip(to: 0, tail: ContentID(high: 0, low: 0), tailLength: 0))
    }
}
