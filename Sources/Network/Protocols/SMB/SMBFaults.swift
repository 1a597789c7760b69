internal import Events
internal import Primitives

/// What is wrong with messages and their order, by the names of Suricata's `smb-events.rules`.
struct SMBFaults {
    /// Pieces written that wait for those before them (Suricata: `smb.max-write-queue-cnt`), and requests without a
    /// response (`smb.max-tx`), that are in order.
    private static let mostAhead = 64
    private static let mostUnanswered = 1023

    let parser: SMBParser
    let flow: UnsafeMutablePointer<FlowRecord>

    /// A session message that holds none of SMB. The last transaction has the fault; its request was seen before.
    func noMessage() {
        guard flow.pointee.transactions > 0 else { return }
        parser.raise("smb.malformed_data", flow, .toClient, flow.pointee.transactions - 1)
    }

    /// A request's body is shorter than its fixed part.
    func short(_ transaction: UInt32) { parser.raiseBoth("smb.malformed_data", flow, .toServer, transaction) }

    func ahead(_ count: Int) {
        guard count == SMBFaults.mostAhead + 1 else { return }
        parser.raise("smb.write_queue_cnt_exceeded", flow, .toServer, max(flow.pointee.transactions, 1) - 1)
    }

    func asked(_ connection: UnsafeMutablePointer<SMBConnection>, _ transaction: UInt32) {
        connection.pointee.unanswered += 1
        guard connection.pointee.unanswered > SMBFaults.mostUnanswered, !connection.pointee.isCrowded else { return }
        connection.pointee.isCrowded = true
        parser.raiseBoth("smb.too_many_transactions", flow, .toServer, transaction)
    }

    func answered(_ connection: UnsafeMutablePointer<SMBConnection>) {
        connection.pointee.unanswered = max(connection.pointee.unanswered - 1, 0)
    }

    /// Bytes of the fixed part of an SMB 2 request's body (MS-SMB2 section 2.2) where Suricata insists on them:
    /// negotiation, tree, creation, control.
    static func fixedBytes(_ command: UInt16) -> Int {
        switch command {
        case 0: 36
        case 3: 8
        case 5: 56
        case 11: 56
        default: 0
        }
    }
}
