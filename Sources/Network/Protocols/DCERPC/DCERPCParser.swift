internal import Events
internal import Primitives

/// One connection that speaks DCERPC itself.
struct DCERPCConnection {
    var toServer = ByteStore()
    var toClient = ByteStore()
    var session = DCERPCSession()
    var isLost = false
}

/// DCERPC over TCP. A transaction is a call: its request, then its response.
final class DCERPCParser: FlowStateParser<DCERPCConnection> {
    private static let pendingLimit = (64 << 10) * 2
    private var text = ScratchBuffer(capacity: 128, limit: 4096)

    init(output: InspectionOutput) { super.init(.dcerpc, output, initial: DCERPCConnection(), bytes: 16 << 20) }

    override func recogniseStream(_ bytes: Bytes, _ way: FlowDirection) -> Recognition {
        if bytes[0] != 5 || (bytes.count > 1 && bytes[1] > 1) { return .no }
        guard bytes.count >= DCERPCUnit.headerBytes else { return .more }
        guard let unit = DCERPCUnit(bytes), bytes[4] & 0xEF == 0, bytes[5] <= 3, unit.length <= 5840 else { return .no }
        return [0, 2, 11, 12, 14, 15].contains(unit.type) ? .yes : .no
    }

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let connection = state(of: flow), !connection.pointee.isLost else { return }
        var pending = way == .toServer ? connection.pointee.toServer : connection.pointee.toClient
        let kept = pending.take(bytes, limit: DCERPCParser.pendingLimit, meter) { held in
            var at = 0
            while held.count - at >= DCERPCUnit.headerBytes {
                guard let unit = DCERPCUnit(held.dropping(at)) else {
                    connection.pointee.isLost = true
                    return held.count
                }
                guard held.count - at >= unit.length else { break }
                output.frames(
                    .dcerpcUnit, .dcerpcHeader, .dcerpcData, held.slice(at, at + unit.length),
                    headerBytes: DCERPCUnit.headerBytes, flow, way)
                read(unit, connection, flow, way)
                at += unit.length
            }
            return at
        }
        if way == .toServer { connection.pointee.toServer = pending } else { connection.pointee.toClient = pending }
        if !kept { connection.pointee.isLost = true }
    }

    private func read(
        _ unit: DCERPCUnit, _ connection: UnsafeMutablePointer<DCERPCConnection>,
        _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) {
        if way == .toClient {
            guard let results = unit.results else { return }
            let number = connection.pointee.session.transaction ?? max(flow.pointee.transactions, 1) - 1
            let made = item(flow, .toClient, number)
            DCERPCBuffers.response(results, connection.pointee.session, &text, output)
            append(made, .toClient)
            return
        }
        guard unit.toServer(&connection.pointee.session, meter) else { return }
        var made = item(flow, .toServer, flow.pointee.transactions)
        connection.pointee.session.transaction = flow.pointee.transactions
        flow.pointee.transactions += 1
        DCERPCBuffers.request(connection.pointee.session, &text, output)
        made.event = DCERPCEvents.write(connection.pointee.session, flow, &writer, output)
        append(made, .toServer)
        // The call is open in both directions: signatures on answers see what it calls before there is one.
        let answer = item(flow, .toClient, made.transaction, complete: false)
        DCERPCBuffers.call(connection.pointee.session, &text, output)
        output.append(answer)
    }

    override func gap(_ count: Int, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        known(flow)?.pointee.isLost = true
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard let connection = known(flow) else { return }
        connection.pointee.toServer.free(meter)
        connection.pointee.toClient.free(meter)
        connection.pointee.session.free(meter)
        release(flow)
    }
}

/// The event of a call.
enum DCERPCEvents {
    static func write(
        _ session: DCERPCSession, _ flow: UnsafeMutablePointer<FlowRecord>, _ writer: inout EventWriter,
        _ output: InspectionOutput
    ) -> Int32 {
        let events = output.events
        writer.begin()
        writer.constant(.eventCategory, NetworkWords.network)
        writer.constant(.networkProtocol, ApplicationWords.word(.dcerpc))
        writer.parties(flow.pointee, events)
        if let binding = DCERPCBuffers.binding(session),
            let names = DCERPCNames.names(binding, operation: session.operation)
        {
            writer.text(.dcerpcEndpoint, Bytes(names.endpoint), events)
            if let operation = names.operation { writer.text(.dcerpcOperation, Bytes(operation), events) }
        }
        return writer.end(output, .networkDCERPC, output.dataTime)
    }
}

extension Bytes {
    /// The bytes of a word in the program.
    init(_ text: StaticString) { self.init(start: text.utf8Start, count: text.utf8CodeUnitCount) }
}
