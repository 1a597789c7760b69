import Events
import Network
import Testing

/// Heads that browsers read and that hide a body from a strict reader, each with what the body is. The forms are those
/// of servers that mean to be misread; the words are our own.
struct OddHead: Sendable, CustomTestStringConvertible {
    var head: String
    var body: String
    var means: String = "hello world"
    var testDescription: String { head.debugDescription }
}

private let chunks = "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
private let plain = "hello world"

private let odd: [OddHead] = [
    OddHead(head: "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n", body: chunks),
    OddHead(head: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked;\r\n\r\n", body: chunks),
    OddHead(head: "HTTP/1.1 200 OK\r\nTransfer-Encoding: \u{0B}chunked\r\n\r\n", body: chunks),
    OddHead(head: "HTTP/1.1 200 OK\r\nTransfer-Encoding:chu\0nked\r\n\r\n", body: chunks),
    OddHead(head: "HTTP/1.1 200 OK\r\nTransfer\0-Encoding:chunked\r\n\r\n", body: chunks),
    OddHead(head: "HTTP/1.1 200 OK\r\nTransfer-Encoding\u{0C}:chunked\r\n\r\n", body: chunks),
    OddHead(head: "HTTP/1.1 200 OK\r\nTransfer-Encoding\r :chunked\r\n\r\n", body: chunks),
    OddHead(head: "HTTP/1.1 200 OK\r\nTransfer-Encoding:\n\0chunked\r\n\r\n", body: chunks),
    OddHead(head: "HTTP/1.1 200 OK\r\nTransfer-Encoding: x\r\n chunked\r\n\r\n", body: chunks),
    // A folded line that looks like a field is one.
    OddHead(head: "HTTP/1.1 200 OK\r\nConnection: close\r\n\tTransfer-Encoding: chunked\r\n\r\n", body: chunks),
    // Line ends of every kind.
    OddHead(head: "HTTP/1.1 200 OK\rTransfer-Encoding: chunked\r\n\r\n", body: chunks),
    OddHead(head: "HTTP/1.1 200 OK\r\nServer: a\rTransfer-Encoding: chunked\r\n\r\n", body: chunks),
    OddHead(head: "HTTP/1.1 200 OK\n\rServer: a\n\rTransfer-Encoding: chunked\r\n\r\n", body: chunks),
    OddHead(head: "HTTP/1.1 200 OK\r\nServer: a\r\n\r \rTransfer-Encoding: chunked\r\n\r\n", body: chunks),
    OddHead(head: "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n", body: chunks),
    OddHead(head: "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n \n", body: chunks),
    OddHead(head: "HTTP/1.1 200 OK\r\nContent-Length: 11\n\r\r\n", body: plain),
    OddHead(head: "HTTP/1.1 200 OK\r\nContent-Length: 11\n\t\n", body: plain),
    // Lengths.
    OddHead(head: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", body: plain),
    OddHead(head: "HTTP/1.1 204 No Content\r\nContent-Length: 11\r\n\r\n", body: plain),
    OddHead(head: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n 11\r\n\r\n", body: plain),
    OddHead(head: "", body: plain),
    OddHead(
        head: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        body: "\u{0B}5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n"),
]

private func bodies(_ texts: [String], size: Int = 1400, requests: Int = 1) -> [String] {
    var talk = Conversation()
    talk.handshake()
    for _ in 0..<requests { talk.send(fromClient: true, "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n") }
    talk.send(fromClient: false, texts.joined(), size: size)
    talk.close()
    // What is odd about the flow itself has a number of its own.
    let items = Run(talk.frames).items(.transaction, .toClient).filter { $0.item.transaction != .max }
    return items.map { $0[.httpResponseBody] ?? "" }
}

@Suite struct HTTPResponseHeadTests {
    @Test(arguments: odd) func bodiesAreFoundBehindOddHeads(_ one: OddHead) {
        #expect(bodies([one.head, one.body]) == [one.means])
    }

    /// What is told by the bytes that follow waits for them, so it does not matter how the bytes come, except where a
    /// body is longer than its head says: then what comes with it counts.
    @Test(arguments: odd.filter { !$0.head.contains("Length: 5") }, [1, 3])
    func segmentsDoNotMatter(_ one: OddHead, _ size: Int) {
        #expect(bodies([one.head, one.body], size: size) == [one.means])
    }

    @Test func anotherResponseIsNoMoreBody() {
        let first = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none"
        let second = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo"
        #expect(bodies([first, second], requests: 2) == ["one", "two"])
    }

    @Test func fieldsAreSeenOneByOne() throws {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, "GET / HTTP/1.1\r\nHost: a.example\r\nX-A: 1\r\nx-a: 2\r\nAccept:\r\n\r\n")
        talk.send(fromClient: false, "HTTP/1.1 200 OK\r\nServer: own\r\nContent-Length: 0\r\n\r\n")
        let run = Run(talk.frames)
        let request = try #require(run.items(.transaction, .toServer).first)
        let response = try #require(run.items(.transaction, .toClient).first)
        func all(_ item: SeenItem, _ kind: BufferKind) -> [String] {
            item.buffers.filter { $0.kind == kind }.map { String(decoding: $0.bytes, as: UTF8.self) }
        }
        #expect(all(request, .httpRequestHeader) == ["Host: a.example", "X-A: 1, 2", "Accept: "])
        #expect(all(response, .httpResponseHeader) == ["Server: own", "Content-Length: 0"])
        #expect(request[.httpAccept] == "", "a field without a value is there")
    }

    /// A head without an end costs no more than its bytes, however they are cut.
    @Test func aHeadWithoutEndIsGivenUp() {
        let flood = "HTTP/1.1 200 OK\r\n" + String(repeating: "A: b\r\n", count: 4000)
        #expect(bodies([flood], size: 3).count <= 1)
    }
}
