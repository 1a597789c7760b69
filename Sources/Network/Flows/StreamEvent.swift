/// What is odd about a TCP session, seen at one of its segments; `StreamEventNames` has the name of each.
enum StreamEvent: UInt8, CaseIterable {
    case threeWayAckWrongDirection
    case threeWayAsyncWrongSequence
    case threeWayRightSequenceWrongAck
    case threeWaySynAckWrongDirection
    case threeWaySynAckOtherAck
    case threeWaySynAckOtherSequence
    case threeWaySynAckToServer
    case threeWaySynAckWrongAck
    case threeWaySynAckFlood
    case threeWaySynAckFastOpenIgnored
    case threeWaySynFlood
    case threeWaySynOtherSequence
    case threeWaySynToClient
    case threeWayWrongSequenceWrongAck
    case threeWayDataInjection
    case fourWaySynAckWrongAck
    case fourWaySynAckWrongSyn
    case fourWayWrongSequence
    case fourWayInvalidAck
    case closeWaitAckOutOfWindow
    case closeWaitFinOutOfWindow
    case closeWaitBeforeLastAck
    case closeWaitInvalidAck
    case closingAckWrongSequence
    case closingInvalidAck
    case establishedOutOfWindow
    case establishedBeforeLastAck
    case establishedSynAckAgain
    case establishedSynAckOtherAck
    case establishedSynAckOtherSequence
    case establishedSynAckToServer
    case establishedSynAgain
    case establishedSynOtherSequence
    case establishedSynToClient
    case establishedInvalidAck
    case finInvalidAck
    case finWait1AckWrongSequence
    case finWait1FinWrongSequence
    case finWait1InvalidAck
    case finWait2AckWrongSequence
    case finWait2FinWrongSequence
    case finWait2InvalidAck
    case finWithoutSession
    case finOutOfWindow
    case finWithSyn
    case lastAckWrongSequence
    case lastAckInvalidAck
    case resetWithoutSession
    case resetInvalidAck
    case timeWaitWrongSequence
    case timeWaitInvalidAck
    case shutdownSynAgain
    case invalidTimestamp
    case invalidAck
    case brokenAck
    case retransmission
    case spuriousRetransmission
    case badWindowUpdate
    case suspectedResetInjection
    case segmentBeforeBase
    case sequenceGap
    case overlapOtherData
    case depthReached

    var name: StaticString { StreamEventNames.table.first { $0.event == self }?.name ?? "" }
}

/// Events of one segment, one bit each.
struct StreamEvents {
    private var bits: UInt64 = 0

    var isEmpty: Bool { bits == 0 }

    mutating func note(_ event: StreamEvent) { bits |= 1 << UInt64(event.rawValue) }

    func visit(_ body: (StreamEvent) -> Void) {
        for event in StreamEvent.allCases where bits >> UInt64(event.rawValue) & 1 == 1 { body(event) }
    }
}
