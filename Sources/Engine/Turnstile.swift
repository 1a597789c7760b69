internal import Foundation

/// Keeps the reader from running too many inputs ahead of the collector, so that results waiting for their turn stay
/// few.
final class Turnstile: @unchecked Sendable {
    private let condition = NSCondition()
    private let lead: Int
    private var collected = 0

    /// - Parameter lead: how many inputs may be under way at once
    init(lead: Int) { self.lead = max(1, lead) }

    func wait(toEnter index: Int) {
        condition.lock()
        while index - collected >= lead { condition.wait() }
        condition.unlock()
    }

    /// The collector is done with every input before `index`.
    func passed(_ index: Int) {
        condition.lock()
        collected = max(collected, index)
        condition.broadcast()
        condition.unlock()
    }
}
