import Events
import Matching
import Primitives
import Testing

private let counting = """
    alert tcp any any -> any any (content:"login"; flowint:tries,+,1; noalert; sid:1;)
    alert tcp any any -> any any (content:"login"; flowint:tries,>,2; sid:2;)
    alert tcp any any -> any any (content:"reset"; flowint:tries,isset; flowint:tries,=,0; sid:3;)
    alert tcp any any -> any any (content:"fresh"; flowint:tries,notset; sid:4;)
    alert tcp any any -> any any (content:"less"; flowint:other,isnotset; flowint:tries,-,1; sid:5;)
    """

/// Numbers belong to the flow: another flow's begin anew.
@Test func flowintsCountWithinAFlow() throws {
    let found = try hits(counting) { builder in
        for text in ["fresh", "login", "login", "login", "login", "reset", "login", "fresh"] { builder.packet(text) }
        builder.flow = 2
        builder.packet("fresh")
        builder.packet("reset")
    }
    // Signatures that change a number go before those that read it: the third log-in counts itself.
    #expect(found.map(\.sid) == [4, 2, 2, 3, 4])
    #expect(found.map(\.item) == [0, 3, 4, 5, 8])
}

@Test func flowintsAreComparedWithEachOther() throws {
    let rules = """
        alert tcp any any -> any any (content:"a"; flowint:left,+,1; noalert; sid:1;)
        alert tcp any any -> any any (content:"b"; flowint:right,+,1; noalert; sid:2;)
        alert tcp any any -> any any (content:"?"; flowint:left,==,right; sid:3;)
        alert tcp any any -> any any (content:"?"; flowint:left,>=,right; flowint:left,!=,right; sid:4;)
        """
    #expect(try sids(rules) { for text in ["a", "b", "?", "a", "?"] { $0.packet(text) } } == [3, 4])
    #expect(try sids(rules) { $0.packet("?") } == [], "what is not set is equal to nothing")
}

@Test func streamSizesAreCompared() throws {
    func found(_ option: String, client: UInt32, server: UInt32) throws -> Bool {
        let rule = "alert tcp any any -> any any (stream_size:\(option); sid:1;)"
        return try sids(rule) { builder in
            builder.packet("x")
            builder.batch.items[0].streamToServer = client
            builder.batch.items[0].streamToClient = server
        } == [1]
    }
    #expect(try found("client,>,10", client: 11, server: 0))
    #expect(try !found("client,>,10", client: 10, server: 99))
    #expect(try found("server,<=,10", client: 99, server: 10))
    #expect(try found("both,>,5", client: 6, server: 6) && !found("both,>,5", client: 6, server: 5))
    #expect(try found("either,=,5", client: 6, server: 5) && !found("either,=,5", client: 6, server: 4))
}

/// A call of ONC RPC by its program, version and procedure; over TCP behind a record's length.
@Test func callsOfProceduresAreCompared() throws {
    let head: [UInt8] = [1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0x86, 0xA0, 0, 0, 0, 2, 0, 0, 0, 3]
    let length: [UInt8] = [0x80, 0, 0, 24]
    var answer = head
    answer[7] = 1
    let options = [
        ("100000", true), ("100000,2,3", true), ("100000,*,3", true), ("100000,3", false), ("100000,2,4", false),
        ("100003", false),
    ]
    for (option, hits) in options {
        let rule = "alert tcp any any -> any any (rpc:\(option); sid:1;)"
        #expect(try sids(rule) { $0.packet(bytes: length + head) } == (hits ? [1] : []), "\(option)")
        #expect(try sids(rule) { $0.packet(bytes: length + answer) } == [])
        #expect(try sids(rule) { $0.packet(bytes: head) } == [])
    }
}

/// The seconds of two stamps, not the time between them.
@Test func agesAreCountedInSecondsOfTheClock() throws {
    let rule = "alert tcp any any -> any any (flow.age:1; sid:1;)"
    let hits = try sids(rule) { build in
        build.seconds = 10
        build.packet()
        build.batch.items[0].flowStart = Timestamp(nanoseconds: build.batch.items[0].time.nanoseconds - 1)
    }
    #expect(hits == [1])
}
