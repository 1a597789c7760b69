internal import Events
internal import Primitives

/// Proposals and transforms of a security association payload (RFC 2408 section 3.4 to 3.6, RFC 7296 section 3.3).
struct IKEProposals {
    let output: InspectionOutput

    // MARK: Version 1

    /// Attributes of version 1 (RFC 2409, appendix A), by Suricata's names.
    private static let attributes: [(type: UInt16, name: StaticString)] = [
        (1, "alg_enc"), (2, "alg_hash"), (3, "alg_auth"), (4, "alg_dh"), (5, "sa_group_type"), (11, "sa_life_type"),
        (12, "sa_life_duration"), (13, "alg_prf"), (14, "sa_key_length"), (15, "sa_field_size"),
    ]

    /// What the responder chose: a buffer for each attribute of its transform, such as `alg_enc=7`.
    func chosen(_ body: Bytes, _ text: inout ScratchBuffer) {
        guard body.count >= 16 else { return }
        let proposal = body.dropping(8)
        let spi = Int(proposal[6])
        let transform = proposal.dropping(min(8 + spi, proposal.count))
        guard transform.count >= 8 else { return }
        var rest = transform.slice(8, min(max(Int(transform.bigEndian16(at: 2)), 8), transform.count))
        while rest.count >= 4 {
            let type = rest.bigEndian16(at: 0)
            let isShort = type & 0x8000 != 0
            let length = isShort ? 0 : Int(rest.bigEndian16(at: 2))
            guard rest.count >= 4 + length, length <= 8 else { return }
            var value = isShort ? Int(rest.bigEndian16(at: 2)) : 0
            for index in 0..<length { value = (value & 0xFFFF_FFFF_FFFF) << 8 | Int(rest[4 + index]) }
            if let known = IKEProposals.attributes.first(where: { $0.type == type & 0x7FFF }) {
                text.removeAll()
                text.appendText(known.name)
                text.appendText("=")
                _ = text.appendDecimal(value)
                output.buffer(.ikeChosenAttribute, text.everything)
            }
            rest = rest.dropping(4 + length)
        }
    }

    // MARK: Version 2

    /// Notes what is weak in the proposals (Suricata: `ipsec-events.rules`).
    func judge(_ body: Bytes, isChoice: Bool) {
        var faults: Set<UInt8> = []
        var rest = body
        var number = 0
        for _ in 0..<32 where rest.count >= 8 {
            let length = Int(rest.bigEndian16(at: 2))
            guard length >= 8, length <= rest.count else { break }
            let spi = Int(rest[6])
            let count = Int(rest[7])
            number += 1
            if 8 + spi <= length { transforms(rest.slice(8 + spi, length), count, &faults) }
            rest = rest.dropping(length)
        }
        if isChoice && number > 1 { output.anomaly("ike.multiple_server_proposal") }
        for (fault, event) in IKEProposals.events where faults.contains(fault) { output.anomaly(event) }
    }

    private static let events: [(UInt8, StaticString)] = [
        (1, "ike.weak_crypto_enc"), (2, "ike.weak_crypto_prf"), (3, "ike.weak_crypto_auth"), (4, "ike.weak_crypto_dh"),
        (5, "ike.weak_crypto_no_auth"), (6, "ike.weak_crypto_no_dh"), (7, "ike.no_encryption"),
        (8, "ike.unknown_proposal"),
    ]

    private func transforms(_ bytes: Bytes, _ count: Int, _ faults: inout Set<UInt8>) {
        var rest = bytes
        var hasEncryption = false
        var authenticates = false
        for _ in 0..<min(count, 64) where rest.count >= 8 {
            let length = Int(rest.bigEndian16(at: 2))
            guard length >= 8, length <= rest.count else { return }
            let id = rest.bigEndian16(at: 6)
            switch rest[4] {
            case 1:
                hasEncryption = true
                // AES-CCM, AES-GCM and ChaCha20-Poly1305 authenticate what they encrypt.
                if (14...20).contains(id) || id == 28 { authenticates = true }
                if (1...9).contains(id) || id == 11 { faults.insert(1) }
            case 2: if id <= 2 { faults.insert(2) }
            case 3:
                if id == 0 { break }
                authenticates = true
                if (1...4).contains(id) || id == 6 || id == 7 { faults.insert(3) }
            case 4:
                if id == 0 { faults.insert(6) }
                if [1, 2, 5, 22].contains(id) { faults.insert(4) }
            // Extended sequence numbers.
            case 5: break
            default: faults.insert(8)
            }
            rest = rest.dropping(length)
        }
        if !hasEncryption { faults.insert(7) }
        if !authenticates { faults.insert(5) }
    }
}
