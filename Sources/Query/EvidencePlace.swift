internal import Events
internal import Primitives

/// Where a piece of evidence was taken from. A packet is one piece, whether it was a signature that found it or a rule
/// over the transaction that ended in it: the two are records of their own, with ids of their own.
struct EvidencePlace: Hashable {
    private let input: ContentID
    private let number: UInt64
    private let digest: SHA256Digest

    init(_ piece: Evidence) {
        input = piece.event.input
        number = piece.event.number
        digest = piece.digest
    }
}
