internal import Events
internal import Primitives

/// The files of a connection, by the handles that stand for them.
extension NFSParser {
    /// The file of that handle, made where it is not known; -1 where there is no room.
    func file(
        _ handle: Bytes, _ memory: UnsafeMutablePointer<NFSMemory>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) -> Int32 {
        var at = memory.pointee.files
        while at >= 0 {
            if files.states[Int(at)].handle.bytes == handle { return at }
            at = files.states[Int(at)].next
        }
        let made = add(memory, flow)
        if made >= 0 { _ = files.states[Int(made)].handle.append(handle, limit: 128, meter) }
        return made
    }

    /// A file of which the name came first: the reply brings its handle.
    func named(
        _ name: Bytes, _ memory: UnsafeMutablePointer<NFSMemory>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) -> Int32 {
        let made = add(memory, flow)
        if made >= 0 { _ = files.states[Int(made)].name.append(name.prefix(1024), limit: 1024, meter) }
        return made
    }

    /// The one made first gives way.
    private func add(
        _ memory: UnsafeMutablePointer<NFSMemory>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) -> Int32 {
        if memory.pointee.fileCount >= NFSMemory.maximumFiles { dropOldest(memory, flow) }
        let made = files.take(NFSFile())
        guard made >= 0 else { return -1 }
        files.states[Int(made)].next = memory.pointee.files
        memory.pointee.files = made
        memory.pointee.fileCount += 1
        return made
    }

    private func dropOldest(
        _ memory: UnsafeMutablePointer<NFSMemory>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        var previous: Int32 = -1
        var at = memory.pointee.files
        while at >= 0, files.states[Int(at)].next >= 0 {
            previous = at
            at = files.states[Int(at)].next
        }
        guard at >= 0 else { return }
        report(at, flow)
        if previous >= 0 { files.states[Int(previous)].next = -1 } else { memory.pointee.files = -1 }
        memory.pointee.fileCount -= 1
        release(at)
    }

    /// Whether the connection still has that file: it may have given way.
    func holds(_ index: Int32, _ memory: UnsafeMutablePointer<NFSMemory>) -> Bool {
        var at = memory.pointee.files
        while at >= 0, at != index { at = files.states[Int(at)].next }
        return at >= 0
    }

    func release(_ index: Int32) {
        files.states[Int(index)].handle.free(meter)
        files.states[Int(index)].name.free(meter)
        files.states[Int(index)].content.free(meter)
        files.give(index)
    }
}
