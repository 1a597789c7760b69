internal import Events
internal import Primitives
internal import Rules

extension SignatureSession {
    private enum Outcome {
        case matched
        /// Sections (bits of the mask) that matched; others may still come.
        case open(UInt64)
        case never
    }

    /// Tries signatures on a request or response, or on the part of it that came. What may be completed by later items
    /// of the same transaction is remembered.
    func tryTransaction(_ item: InspectionItem, _ context: ItemContext, _ hits: inout [SignatureHit]) {
        gatherViews(item, context)
        var open = flows.pointee.find(item.flow).flatMap { transactions.find(item.transaction, $0) }
        if let open {
            for candidate in open.pointee.candidates
            where candidate.direction == item.direction || isTransactional(candidate.signature) {
                candidates.pointee.insert(candidate.signature)
            }
        }
        let stays = item.flow != 0 && (!item.complete || matcher.plan.hasTransactionArrows)
        let view = ItemView(item)
        var passed = false
        if candidates.pointee.sort() {
            for place in 0..<candidates.pointee.count where !passed {
                let number = candidates.pointee[place]
                passed = tryCandidate(number, item, view, context, &open, stays, &hits)
            }
        }
        if passed { return }
        if stays { keepBuffers(item, context, &open) }
        finish(item, open)
    }

    private func isTransactional(_ signature: Int32) -> Bool {
        signatures[Int(signature)].arrow == .transaction
    }

    /// Buffers of the item as every view shows them, and the candidates they lead to.
    private func gatherViews(_ item: InspectionItem, _ context: ItemContext) {
        viewBuffers.removeAll(keepingCapacity: true)
        let first = Int(item.firstBuffer)
        for index in first..<min(first + Int(item.bufferCount), context.buffers.count) {
            let buffer = context.buffers[index]
            let lists = tables.viewsOfKind
            let kind = buffer.kind.number
            for place in lists.starts.start[kind]..<lists.starts.start[kind + 1] {
                let view = lists.elements.start[Int(place)]
                guard let made = viewBuffer(view, index, buffer, context) else { continue }
                viewBuffers.append(made)
                gather(view: Int(view), bytes(made, context))
            }
        }
        // A frame is no request and no response.
        if Int(item.bufferCount) == 1, context.buffers[first].kind == .frame { return }
        for index in 0..<tables.everyTransaction.count {
            candidates.pointee.insert(tables.everyTransaction.start[index])
        }
    }

    private func viewBuffer(
        _ view: Int32, _ index: Int, _ buffer: InspectionBuffer, _ context: ItemContext
    ) -> ViewBuffer? {
        var made = ViewBuffer(
            view: view, isTransformed: false, place: index, length: Int(buffer.length),
            streamOffset: buffer.streamOffset, continues: buffer.kind.continues)
        if tables.views.start[Int(view)].isPlain { return made }
        if buffer.kind == .frame, !isFrame(view, context.bytes(of: buffer)) { return nil }
        if matcher.plan.wantsWholeFile[Int(view)], !isWholeFile(buffer, context) { return nil }
        guard let place = applyTransforms(view, context.bytes(of: buffer)) else { return nil }
        made.isTransformed = true
        made.place = place.offset
        made.length = place.length
        return made
    }

    /// Whether the view is of these frames.
    private func isFrame(_ view: Int32, _ bytes: Bytes) -> Bool {
        guard case .plain(.frame(let number))? = matcher.plan.transforms[Int(view)].first else { return false }
        return !bytes.isEmpty && bytes[0] == number
    }

    /// Whether a buffer is all of a file: nothing more comes, or it is as long as its item says the file is.
    private func isWholeFile(_ buffer: InspectionBuffer, _ context: ItemContext) -> Bool {
        let item = context.items[context.index]
        if buffer.streamOffset > 0 { return false }
        if item.complete { return true }
        for place in Int(item.firstBuffer)..<Int(item.firstBuffer) + Int(item.bufferCount)
        where context.buffers[place].kind == .fileSize {
            let size = context.bytes(of: context.buffers[place])
            var number = 0
            for index in 0..<size.count { number = number << 8 | Int(size[index]) }
            return number == Int(buffer.length)
        }
        return false
    }

    private func bytes(_ buffer: ViewBuffer, _ context: ItemContext) -> Bytes {
        buffer.isTransformed
            ? transformed.bytes(buffer.place, buffer.length)
            : context.bytes(of: context.buffers[buffer.place])
    }

    /// Bytes as a view with transforms shows them; empty where memory is full.
    func transform(_ view: Int32, _ bytes: Bytes) -> Bytes {
        guard let place = applyTransforms(view, bytes) else { return .empty }
        inspector.newItem()
        return transformed.bytes(place.offset, place.length)
    }

    // MARK: Candidates

    /// True where a pass signature matched.
    private func tryCandidate(
        _ number: Int32, _ item: InspectionItem, _ view: ItemView, _ context: ItemContext,
        _ open: inout UnsafeMutablePointer<OpenTransaction>?, _ stays: Bool, _ hits: inout [SignatureHit]
    ) -> Bool {
        let signature = signatures + Int(number)
        guard header.matches(signature, item, view) else { return false }
        let known = open.flatMap { candidate(number, item.direction, $0) }
        if let known, known.pointee.done { return false }
        inspector.forgetCaught()
        let outcome = evaluate(signature, item, context, open, known?.pointee.matched ?? 0)
        switch outcome {
        case .never: return false
        case .open(let matched):
            if stays { remember(number, item, matched: matched, done: false, &open) }
            return false
        case .matched:
            guard conditionsHold(signature, item, view, context) else { return false }
            if stays { remember(number, item, matched: .max, done: true, &open) }
            return act(signature, item, view, context, &hits)
        }
    }

    private func candidate(
        _ number: Int32, _ direction: FlowDirection, _ open: UnsafeMutablePointer<OpenTransaction>
    ) -> UnsafeMutablePointer<OpenCandidate>? {
        open.pointee.candidates.withUnsafeMutableBufferPointer { all in
            for index in 0..<all.count where all[index].signature == number {
                if all[index].direction == direction || isTransactional(number) {
                    return all.baseAddress.map { $0 + index }
                }
            }
            return nil
        }
    }

    private func remember(
        _ number: Int32, _ item: InspectionItem, matched: UInt64, done: Bool,
        _ open: inout UnsafeMutablePointer<OpenTransaction>?
    ) {
        if open == nil { open = transactions.open(item.transaction, entry(item.flow)) }
        guard let open else { return }
        if let known = candidate(number, item.direction, open) {
            known.pointee.matched = matched
            known.pointee.done = done
        } else if open.pointee.candidates.count < 4096 {
            open.pointee.candidates.append(
                OpenCandidate(signature: number, direction: item.direction, matched: matched, done: done))
        }
    }

    // MARK: Sections

    private func evaluate(
        _ signature: UnsafePointer<CompiledSignature>, _ item: InspectionItem, _ context: ItemContext,
        _ open: UnsafeMutablePointer<OpenTransaction>?, _ before: UInt64
    ) -> Outcome {
        var matched = before
        var isOpen = false
        let first = signature.pointee.sections.lowerBound
        for index in signature.pointee.sections {
            let bit = UInt64(1) << UInt64(min(index - first, 63))
            if matched & bit != 0 { continue }
            switch evaluate(sections[Int(index)], signature, item, context, open) {
            case .matched: matched |= bit
            case .open: isOpen = true
            case .never: return .never
            }
        }
        return isOpen ? .open(matched) : .matched
    }

    private func evaluate(
        _ section: CompiledSection, _ signature: UnsafePointer<CompiledSignature>, _ item: InspectionItem,
        _ context: ItemContext, _ open: UnsafeMutablePointer<OpenTransaction>?
    ) -> Outcome {
        let kind = tables.views.start[Int(section.view)].kind
        if section.isOfPacket { return headerMatches(section, kind, ItemView(item), context) ? .matched : .never }
        if kind == .payload {
            let payload = context.streamPayload(item)
            inspector.newItem()
            if inspector.inspect(section, payload.bytes, atEnd: true) { return .matched }
            return item.complete ? .never : .open(0)
        }
        let both = signature.pointee.arrow == .transaction
        if both && !section.anyDirection && section.direction != item.direction {
            return keptMatches(section, section.direction, open) ? .matched : .open(0)
        }
        var present = false
        for index in viewBuffers.indices where viewBuffers[index].view == section.view {
            present = true
            if section.mustBeAbsent { continue }
            let buffer = viewBuffers[index]
            let atEnd = !buffer.continues || item.complete
            if inspector.inspect(section, bytes(buffer, context), streamOffset: buffer.streamOffset, atEnd: atEnd) {
                return .matched
            }
        }
        if !section.mustBeAbsent && keptMatches(section, item.direction, open) { return .matched }
        if !present { present = hasKept(section, item.direction, open) }
        if present && section.mustBeAbsent { return .never }
        if !item.complete { return .open(0) }
        if !present && section.mayBeAbsent { return .matched }
        return both ? .open(0) : .never
    }

    private func hasKept(
        _ section: CompiledSection, _ direction: FlowDirection, _ open: UnsafeMutablePointer<OpenTransaction>?
    ) -> Bool {
        let kind = tables.views.start[Int(section.view)].kind
        return open?.pointee.buffers.contains { $0.kind == kind && $0.direction == direction } ?? false
    }

    /// Whether the section matches a buffer of an earlier item.
    private func keptMatches(
        _ section: CompiledSection, _ direction: FlowDirection, _ open: UnsafeMutablePointer<OpenTransaction>?
    ) -> Bool {
        guard let open else { return false }
        let view = tables.views.start[Int(section.view)]
        return open.pointee.bytes.withUnsafeBytes { raw in
            let all = Bytes(raw)
            for buffer in open.pointee.buffers where buffer.kind == view.kind && buffer.direction == direction {
                let kept = all.slice(Int(buffer.offset), Int(buffer.offset + buffer.length))
                let seen = tables.views.start[Int(section.view)].isPlain ? kept : transform(section.view, kept)
                if inspector.inspect(section, seen, atEnd: true) { return true }
            }
            return false
        }
    }

    // MARK: Keeping

    /// Copies the buffers that later parts of the transaction may be asked with. Bodies are not kept: each part is
    /// looked at when it comes.
    private func keepBuffers(
        _ item: InspectionItem, _ context: ItemContext, _ open: inout UnsafeMutablePointer<OpenTransaction>?
    ) {
        let first = Int(item.firstBuffer)
        for index in first..<min(first + Int(item.bufferCount), context.buffers.count) {
            let buffer = context.buffers[index]
            let starts = tables.viewsOfKind.starts.start
            let isAsked = starts[buffer.kind.number] < starts[buffer.kind.number + 1]
            guard isAsked, !buffer.kind.continues || isSmallFile(buffer, context) else { continue }
            if open == nil { open = transactions.open(item.transaction, entry(item.flow)) }
            guard let open else { return }
            if open.pointee.buffers.contains(where: { same($0, buffer, item, open, context) }) { continue }
            transactions.keep(context.bytes(of: buffer), buffer.kind, item.direction, open)
        }
    }

    /// One of several files of a transaction may be asked for beside what comes with another.
    private func isSmallFile(_ buffer: InspectionBuffer, _ context: ItemContext) -> Bool {
        buffer.kind == .fileData && buffer.length <= 4096 && !context.items[context.index].complete
            && isWholeFile(buffer, context)
    }

    private func same(
        _ kept: KeptBuffer, _ buffer: InspectionBuffer, _ item: InspectionItem,
        _ open: UnsafeMutablePointer<OpenTransaction>, _ context: ItemContext
    ) -> Bool {
        guard kept.kind == buffer.kind, kept.direction == item.direction, kept.length == Int32(buffer.length) else {
            return false
        }
        return open.pointee.bytes.withUnsafeBytes { raw in
            Bytes(raw).slice(Int(kept.offset), Int(kept.offset + kept.length)) == context.bytes(of: buffer)
        }
    }

    /// A transaction that is whole is forgotten; with `=>` only when both its sides are.
    private func finish(_ item: InspectionItem, _ open: UnsafeMutablePointer<OpenTransaction>?) {
        guard item.complete, let open, let flow = flows.pointee.find(item.flow) else { return }
        if matcher.plan.hasTransactionArrows {
            open.pointee.completed |= item.direction == .toServer ? 1 : 2
            if open.pointee.completed == 3 { transactions.close(item.transaction, flow) }
            return
        }
        open.pointee.candidates.removeAll { $0.direction == item.direction }
        open.pointee.buffers.removeAll { $0.direction == item.direction }
        if open.pointee.candidates.isEmpty && open.pointee.buffers.isEmpty {
            transactions.close(item.transaction, flow)
        }
    }
}
