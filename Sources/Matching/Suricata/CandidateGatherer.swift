package import Events
internal import Primitives

/// Looks for the candidates of a batch's packets and streams ahead of the session that tries them: two threads share
/// the work on one capture. Not for two threads at once.
package final class CandidateGatherer {
    /// Has the memory that is searched.
    private let matcher: SignatureMatcher
    private let search: UnsafeMutablePointer<SignatureSearch>
    private let candidates: UnsafeMutablePointer<CandidateSet>

    package init(_ matcher: SignatureMatcher) {
        self.matcher = matcher
        search = .allocate(capacity: 1)
        search.initialize(to: SignatureSearch(matcher.tables))
        candidates = .allocate(capacity: 1)
        candidates.initialize(to: CandidateSet(signatures: matcher.tables.signatures.count))
    }

    deinit {
        search.deinitialize(count: 1)
        search.deallocate()
        candidates.deinitialize(count: 1)
        candidates.deallocate()
    }

    package func gather(_ batch: InspectionBatch, into gathered: GatheredCandidates) {
        gathered.begin()
        batch.forEachContext { context in
            guard gathered.hasRoom else { return }
            let kind = context.item.pointee.kind
            if kind == .packet || kind == .stream {
                candidates.pointee.begin()
                search.pointee.gather(context, into: candidates)
                _ = candidates.pointee.sort()
                gathered.append(candidates.pointee.all)
            } else {
                gathered.append(UnsafeBufferPointer(start: nil, count: 0))
            }
        }
    }
}

/// The candidates of one batch, item by item, in evaluation order.
package final class GatheredCandidates {
    /// Of the items behind those that have so many, 4 MiB, candidates are looked for when they are tried.
    private static let maximum = 1 << 20

    @exclusivity(unchecked) private var signatures: [Int32] = []
    /// Behind each item's candidates.
    @exclusivity(unchecked) private var ends: [Int32] = []

    package init() {}

    fileprivate var hasRoom: Bool { signatures.count < GatheredCandidates.maximum }

    fileprivate func begin() {
        signatures.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        ends.append(0)
    }

    fileprivate func append(_ found: UnsafeBufferPointer<Int32>) {
        signatures.append(contentsOf: found)
        ends.append(Int32(truncatingIfNeeded: signatures.count))
    }

    func withList(_ body: (GatheredList) -> Void) {
        signatures.withUnsafeBufferPointer { signatures in
            ends.withUnsafeBufferPointer { body(GatheredList(signatures: signatures, ends: $0)) }
        }
    }
}

/// The same while they are read.
struct GatheredList {
    let signatures: UnsafeBufferPointer<Int32>
    let ends: UnsafeBufferPointer<Int32>

    /// Candidates of an item; nil where they were not looked for.
    @inline(__always) func of(_ item: Int) -> UnsafeBufferPointer<Int32>? {
        if item + 1 >= ends.count { return nil }
        return UnsafeBufferPointer(rebasing: signatures[Int(ends[item])..<Int(ends[item + 1])])
    }
}
