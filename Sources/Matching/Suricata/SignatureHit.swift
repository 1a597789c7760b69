package import Events

/// A signature matched: which item of the batch, which signature of the matcher.
package struct SignatureHit: Hashable, Sendable {
    package var item: Int32
    package var signature: Int32
    /// Which way the bytes went, where the item does not say it: a flow's end has no direction.
    package var way: FlowDirection?

    package init(item: Int32, signature: Int32) {
        self.item = item
        self.signature = signature
    }
}

/// Bounds of what a session keeps between packets.
package struct SignatureOptions: Sendable {
    /// Flows that carry flowbits, open transactions or a pass.
    package var maximumFlows = 131_072
    /// Transactions of which not everything was seen, over all flows, and of one flow.
    package var maximumTransactions = 16_384
    package var maximumTransactionsPerFlow = 64
    /// Bytes of earlier buffers kept for one open transaction.
    package var transactionBytes = 128 << 10
    /// Counters of threshold, detection_filter and by-address bits.
    package var maximumCounters = 262_144
    /// Steps that one look at a buffer may take back and try anew (Suricata: `inspection-recursion-limit`).
    package var recursionLimit = 3000
    package var matchLimit: UInt32 = 3500

    package init() {}
}
