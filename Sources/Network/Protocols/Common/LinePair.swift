internal import Events
internal import Primitives

/// The lines under way of both directions of a connection.
struct LinePair {
    private var toServer = LineAssembler()
    private var toClient = LineAssembler()

    /// Takes a direction's lines out while they are read: whoever reads them may look at the connection.
    mutating func take(_ way: FlowDirection) -> LineAssembler {
        var lines = LineAssembler()
        if way == .toServer { swap(&lines, &toServer) } else { swap(&lines, &toClient) }
        return lines
    }

    mutating func put(_ lines: LineAssembler, _ way: FlowDirection) {
        if way == .toServer { toServer = lines } else { toClient = lines }
    }

    /// What a direction has begun is lost.
    mutating func drop(_ way: FlowDirection, _ meter: MemoryMeter) {
        var lines = take(way)
        lines.free(meter)
    }

    mutating func free(_ meter: MemoryMeter) {
        toServer.free(meter)
        toClient.free(meter)
    }
}
