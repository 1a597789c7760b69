import Events
import Matching
import Testing

@Test func streamContentIsFoundOnceWhereItIs() throws {
    let rule = "alert tcp any any -> any any (content:\"needle\"; sid:1;)"
    // The payload went into its stream: only the stream is looked at.
    let streamed = try hits(rule) {
        $0.state = [.established, .streamed]
        $0.packet("needle")
        $0.stream("needle")
    }
    #expect(streamed.map(\.item) == [1])
    // It did not (no session): the packet is looked at.
    #expect(
        try sids(rule) {
            $0.state = []
            $0.packet("needle")
        } == [1])
    // Over two segments only the stream holds it.
    let split = try hits(rule) {
        $0.state = [.established, .streamed]
        $0.packet("nee")
        $0.packet("dle")
        $0.stream("needle")
    }
    #expect(split.map(\.item) == [2])
}

@Test func flowbitsJoinPacketsOfAFlow() throws {
    let rules = """
        alert tcp any any -> any any (content:"second"; flowbits:isset,seen; sid:2;)
        alert tcp any any -> any any (content:"first"; flowbits:set,seen; flowbits:noalert; sid:1;)
        alert tcp any any -> any any (content:"third"; flowbits:isnotset,seen; sid:3;)
        alert tcp any any -> any any (content:"second"; flowbits:isset,other|seen; sid:4;)
        alert tcp any any -> any any (content:"clear"; flowbits:unset,seen; flowbits:noalert; sid:5;)
        alert tcp any any -> any any (content:"flip"; flowbits:toggle,seen; flowbits:noalert; sid:6;)
        """
    #expect(
        try sids(rules) {
            $0.stream("first")
            $0.stream("second")
        } == [2, 4])
    #expect(try sids(rules) { $0.stream("first second") } == [2, 4])
    #expect(
        try sids(rules) {
            $0.stream("second")
            $0.stream("first")
            $0.stream("third")
        } == [])
    #expect(try sids(rules) { $0.stream("third") } == [3])
    #expect(
        try sids(rules) {
            $0.stream("first")
            $0.stream("clear")
            $0.stream("second")
        } == [])
    #expect(
        try sids(rules) {
            $0.stream("flip")
            $0.stream("second")
            $0.stream("flip")
            $0.stream("second")
        } == [2, 4])
    // Bits end with their flow, and belong to no other.
    #expect(
        try sids(rules) {
            $0.stream("first")
            $0.end()
            $0.stream("second")
        } == [])
    #expect(
        try sids(rules) {
            $0.stream("first")
            $0.flow = 2
            $0.stream("second")
        } == [])
}

@Test func hostBitsJoinFlowsOfAnAddress() throws {
    let rules = """
        alert tcp any any -> any any (content:"first"; xbits:set,seen,track ip_src,expire 10; noalert; sid:1;)
        alert tcp any any -> any any (content:"second"; xbits:isset,seen,track ip_src; sid:2;)
        """
    #expect(
        try sids(rules) {
            $0.stream("first")
            $0.flow = 2
            $0.stream("second")
        } == [2])
    #expect(
        try sids(rules) {
            $0.stream("first")
            $0.client = "10.0.0.2"
            $0.stream("second")
        } == [])
    #expect(
        try sids(rules) {
            $0.stream("first")
            $0.seconds += 11
            $0.stream("second")
        } == [])
}

@Test func passComesFirst() throws {
    let rules = """
        alert tcp any any -> any any (content:"bad"; priority:1; sid:1;)
        pass tcp any any -> any any (content:"good"; sid:2;)
        """
    #expect(try sids(rules) { $0.stream("bad") } == [1])
    #expect(try sids(rules) { $0.stream("bad but good") } == [])
    #expect(
        try sids(rules) {
            $0.stream("good")
            $0.packet("x")
            $0.stream("bad")
        } == [])
    #expect(
        try sids(rules) {
            $0.stream("good")
            $0.flow = 2
            $0.packet("x")
            $0.stream("bad")
        } == [1])
}

@Test func alertsComeByActionThenPriority() throws {
    let rules = """
        alert tcp any any -> any any (content:"x"; priority:3; sid:1;)
        alert tcp any any -> any any (content:"x"; priority:1; sid:2;)
        reject tcp any any -> any any (content:"x"; priority:3; sid:3;)
        drop tcp any any -> any any (content:"x"; priority:3; sid:4;)
        """
    #expect(try sids(rules) { $0.stream("x") } == [4, 3, 2, 1])
}

@Test func addressesAloneAlertOncePerDirection() throws {
    let rule = "alert ip 10.0.0.1 any -> any any (sid:1;)"
    #expect(
        try sids(rule) {
            $0.packet()
            $0.packet()
            $0.packet()
        } == [1])
    #expect(
        try sids(rule) {
            $0.flow = 0
            $0.packet()
            $0.packet()
        } == [1, 1])
}

@Test func applicationProtocolGates() throws {
    let rules = """
        alert http any any -> any any (content:"x"; sid:1;)
        alert tcp any any -> any any (app-layer-protocol:http; sid:2;)
        alert tcp any any -> any any (content:"x"; app-layer-protocol:!http; sid:3;)
        """
    #expect(try sids(rules) { $0.stream("x") } == [])
    #expect(
        try sids(rules) {
            $0.application = .http
            $0.packet()
            // What is spoken is found out by one packet; signatures that ask for nothing else see the next.
            $0.state = [.established, .settled]
            $0.packet()
            $0.stream("x")
            $0.packet()
        } == [2, 1])
    #expect(
        try sids(rules) {
            $0.application = .tls
            $0.stream("x")
        } == [3])
}

@Test func sessionsAreIndependentAndBounded() throws {
    var options = SignatureOptions()
    options.maximumFlows = 16
    let rules = """
        alert tcp any any -> any any (content:"first"; flowbits:set,seen; noalert; sid:1;)
        alert tcp any any -> any any (content:"second"; flowbits:isset,seen; sid:2;)
        """
    let found = try sids(rules, options: options) { builder in
        for flow in 1...40 {
            builder.flow = UInt64(flow)
            builder.stream("first")
        }
        builder.flow = 1
        builder.stream("second")
        builder.flow = 40
        builder.stream("second")
    }
    #expect(found == [2])
}

/// Stream data is inspected with the next packet of its direction; a signature with a position alerts once for both.
@Test func streamDataWithPositionsAlertsWithTheNextPacket() throws {
    let rule = "alert tcp any any -> any any (content:\"ab\"; startswith; sid:1;)"
    #expect(
        try sids(rule) {
            $0.packet("abc")
            $0.stream("abc")
            $0.packet("abd")
        } == [1, 1])
    #expect(
        try sids(rule) {
            $0.packet("abc")
            $0.stream("abc", offset: 9)
            $0.packet("x")
        } == [1, 1])
    let found = try hits(rule) {
        $0.packet("xabc")
        $0.stream("abc", offset: 40)
        $0.packet("x", .toClient)
        $0.end()
    }
    #expect(found.map(\.item) == [3])
}

@Test func addressesAndProtocolAlertOncePerDirection() throws {
    let rule = "alert ip any any -> any any (ip_proto:6; sid:1;)"
    #expect(
        try sids(rule) {
            $0.packet()
            $0.packet()
            $0.packet()
        } == [1])
    #expect(try sids("alert ip any any -> any any (ip_proto:41; sid:1;)") { $0.packet() } == [])
}

@Test func networkProtocolGates() throws {
    #expect(try sids("alert tcp any any -> any any (l3_proto:ip4; content:\"x\"; sid:1;)") { $0.stream("x") } == [1])
    #expect(try sids("alert tcp any any -> any any (l3_proto:ip6; content:\"x\"; sid:1;)") { $0.stream("x") } == [])
}

/// What one file of a form is called may be asked beside what another one holds.
@Test func filesOfOneTransactionAreAskedTogether() throws {
    let rule = "alert tcp any any -> any any (file.data; content:\"boat\"; file.name; content:\"second.txt\"; sid:1;)"
    let size = "\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{4}"
    let found = try sids(rule) {
        $0.application = .http
        $0.transaction([(.fileName, "first.txt"), (.fileSize, size), (.fileData, "boat")], complete: false)
        $0.transaction([(.fileName, "second.txt"), (.fileSize, size), (.fileData, "ship")], complete: false)
        $0.transaction([], complete: true)
    }
    #expect(found == [1])
}

/// Flows come and go; those that stay keep their bits.
@Test func flowsKeepTheirBitsWhileOthersGo() throws {
    let rules = """
        alert tcp any any -> any any (content:"first"; flowbits:set,seen; noalert; sid:1;)
        alert tcp any any -> any any (content:"second"; flowbits:isset,seen; sid:2;)
        """
    let found = try sids(rules) { builder in
        for flow in 1...3000 {
            builder.flow = UInt64(flow)
            builder.stream("first")
        }
        for flow in stride(from: 1, through: 3000, by: 3) {
            builder.flow = UInt64(flow)
            builder.end()
        }
        for flow in 1...3000 {
            builder.flow = UInt64(flow)
            builder.stream("second")
        }
    }
    #expect(found.count == 2000)
}

/// What a packet carries once its flow encrypts says nothing; its headers still do, and stream data from before.
@Test func encryptedPayloadsAreNotLookedAt() throws {
    let rules = """
        alert tcp any any -> any any (content:"needle"; sid:1;)
        alert tcp any any -> any any (pcre:"/need/"; sid:2;)
        alert tcp any any -> any any (content:!"other"; sid:3;)
        alert tcp any any -> any any (dsize:6; sid:4;)
        alert tcp any any -> any any (ttl:64; sid:5;)
        """
    #expect(
        try sids(rules) {
            $0.state = []
            $0.packet("needle")
        } == [1, 2, 3, 4, 5])
    #expect(
        try sids(rules) {
            $0.state = .encrypted
            $0.packet("needle")
        } == [4, 5])
    #expect(
        try sids(rules) {
            $0.state = [.encrypted, .streamed]
            $0.stream("needle")
        } == [1, 2, 3])
}
