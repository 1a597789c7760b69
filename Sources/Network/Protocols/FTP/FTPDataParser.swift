internal import Events
internal import Primitives

/// One FTP data connection: a file.
struct FTPTransfer {
    var content = ByteStore()
    var name = ByteStore()
    var command = ByteStore()
    var isReported = false
}

/// FTP data connections, which a control connection has announced. One transaction: the file.
final class FTPDataParser: FlowStateParser<FTPTransfer> {
    private let expectations: FTPExpectations
    private let limit: Int
    private let digests: FileDigests?

    init(output: InspectionOutput, options: NetworkOptions, expectations: FTPExpectations) {
        self.expectations = expectations
        limit = options.httpBodyLimit
        digests = output.wants(.fileinfo) ? FileDigests() : nil
        super.init(.ftpData, output, initial: FTPTransfer(), flows: 1 << 15, bytes: 32 << 20)
    }

    override var hasExpectations: Bool { true }

    override func expects(_ flow: UnsafeMutablePointer<FlowRecord>) -> Bool {
        guard let place = expectations.find(flow.pointee.server, flow.pointee.serverPort) else { return false }
        guard let transfer = state(of: flow) else { return false }
        _ = transfer.pointee.name.append(expectations.name(place), limit: 1024, meter)
        _ = transfer.pointee.command.append(expectations.command(place), limit: 16, meter)
        expectations.close(place)
        return true
    }

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let transfer = known(flow), !transfer.pointee.isReported else { return }
        if !transfer.pointee.content.append(bytes, limit: limit, meter) { report(transfer, flow, way) }
    }

    override func end(_ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let transfer = known(flow), transfer.pointee.content.count > 0 else { return }
        report(transfer, flow, way)
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard let transfer = known(flow) else { return }
        transfer.pointee.content.free(meter)
        transfer.pointee.name.free(meter)
        transfer.pointee.command.free(meter)
        release(flow)
    }

    private func report(
        _ transfer: UnsafeMutablePointer<FTPTransfer>, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) {
        guard !transfer.pointee.isReported else { return }
        transfer.pointee.isReported = true
        let made = item(flow, way, 0)
        if transfer.pointee.name.count > 0 { output.buffer(.fileName, transfer.pointee.name.bytes) }
        if transfer.pointee.command.count > 0 { output.buffer(.ftpDataCommand, transfer.pointee.command.bytes) }
        output.number(.fileSize, transfer.pointee.content.count)
        output.buffer(.fileData, transfer.pointee.content.bytes)
        append(made, way)
        let content = transfer.pointee.content.bytes
        output.file(
            transfer.pointee.name.bytes, size: Int64(content.count), content: content, isWhole: content.count < limit,
            digests, flow, way, 0)
        transfer.pointee.content.free(meter)
    }
}
