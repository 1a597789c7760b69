internal import Events
internal import Primitives

/// Requests that wait for their responses, by the number that both bear.
struct ModbusMemory {
    static let maximumOpen = 32
    var numbers = InlineArray<32, UInt16>(repeating: 0)
    var transactions = InlineArray<32, UInt32>(repeating: 0)
    var asked = InlineArray<32, ModbusAsked>(repeating: ModbusAsked())
    var open = 0
    var isFlooded = false
}

/// Modbus over TCP (Modbus Messaging on TCP/IP 1.0b). A transaction is a request with its response.
final class ModbusParser: FramedParser<ModbusMemory> {
    private static let port: UInt16 = 502
    private static let headBytes = 6
    private let record = UnsafeMutablePointer<UInt8>.allocate(capacity: ModbusRequest.recordBytes)

    init(output: InspectionOutput) { super.init(.modbus, output, memory: ModbusMemory(), maximumMessage: 260) }

    deinit { record.deallocate() }

    /// Its header: a number, 0 for the protocol, the length of what follows.
    override func length(_ bytes: Bytes, _ way: FlowDirection) -> Int? {
        guard bytes.count >= ModbusParser.headBytes + 2 else { return 0 }
        let rest = Int(bytes.bigEndian16(at: 4))
        guard bytes.bigEndian16(at: 2) == 0, (2...254).contains(rest) else { return nil }
        return ModbusParser.headBytes + rest
    }

    override func lost(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        let isOther = bytes.bigEndian16(at: 2) != 0
        raise(
            isOther ? "modbus.invalid_protocol_id" : "modbus.invalid_length", flow, way,
            max(flow.pointee.transactions, 1) - 1)
    }

    override func recogniseStream(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Recognition {
        flow.pointee.serverPort == ModbusParser.port ? recogniseMessage(bytes, way) : .no
    }

    override func message(
        _ bytes: Bytes, _ memory: UnsafeMutablePointer<ModbusMemory>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {
        let number = bytes.bigEndian16(at: 0)
        if way == .toServer {
            request(bytes, number, memory, flow)
        } else {
            response(bytes, number, memory, flow)
        }
    }

    private func request(
        _ bytes: Bytes, _ number: UInt16, _ memory: UnsafeMutablePointer<ModbusMemory>,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        let transaction = flow.pointee.transactions
        flow.pointee.transactions += 1
        let made = item(flow, .toServer, transaction)
        let request = ModbusRequest(bytes)
        request.write(to: record)
        output.buffer(.modbus, Bytes(start: record, count: ModbusRequest.recordBytes))
        if let range = request.range { values(request, from: range.first) }
        if let fault = ModbusFaults.request(bytes) { output.anomaly(fault) }
        if memory.pointee.open < ModbusMemory.maximumOpen {
            memory.pointee.numbers[memory.pointee.open] = number
            memory.pointee.transactions[memory.pointee.open] = transaction
            memory.pointee.asked[memory.pointee.open] = ModbusAsked(bytes)
            memory.pointee.open += 1
        } else if !memory.pointee.isFlooded {
            memory.pointee.isFlooded = true
            output.anomaly("modbus.flooded")
        }
        append(made, .toServer)
    }

    /// A record for each value that is written.
    private func values(_ request: ModbusRequest, from first: UInt16) {
        if let coil = request.coil {
            request.write(to: record, value: (first, coil))
            output.buffer(.modbus, Bytes(start: record, count: ModbusRequest.recordBytes))
        }
        for index in 0..<request.values.count / 2 {
            let value = request.values.bigEndian16(at: 2 * index)
            request.write(to: record, value: (first &+ UInt16(index), value))
            output.buffer(.modbus, Bytes(start: record, count: ModbusRequest.recordBytes))
        }
    }

    private func response(
        _ bytes: Bytes, _ number: UInt16, _ memory: UnsafeMutablePointer<ModbusMemory>,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        var place = 0
        while place < memory.pointee.open, memory.pointee.numbers[place] != number { place += 1 }
        guard place < memory.pointee.open else {
            let made = item(flow, .toClient, flow.pointee.transactions)
            flow.pointee.transactions += 1
            output.anomaly("modbus.unsolicited_response")
            return append(made, .toClient)
        }
        let asked = memory.pointee.asked[place]
        if !asked.isAnswered(by: bytes) {
            return raiseBoth("modbus.unsolicited_response", flow, .toClient, memory.pointee.transactions[place])
        }
        let made = item(flow, .toClient, memory.pointee.transactions[place])
        if let fault = ModbusFaults.response(bytes) { output.anomaly(fault) }
        if !asked.agrees(with: bytes) { output.anomaly("modbus.value_mismatch") }
        append(made, .toClient)
        memory.pointee.open -= 1
        memory.pointee.numbers[place] = memory.pointee.numbers[memory.pointee.open]
        memory.pointee.transactions[place] = memory.pointee.transactions[memory.pointee.open]
        memory.pointee.asked[place] = memory.pointee.asked[memory.pointee.open]
        if memory.pointee.open == 0 { memory.pointee.isFlooded = false }
    }
}
