internal import Foundation
internal import Synchronization

/// What is being read and how far it is, for a line on a terminal's stderr.
package final class ScanProgress: Sendable {
    private struct State {
        var path = ""
        var size: Int64 = 0
        var read: Int64 = 0
        var doneBefore: Int64 = 0
        var records: Int64 = 0
        var began = Date()
    }

    /// A moment's reading.
    package struct Reading: Sendable {
        package var path: String
        /// 0...1 of this input; nil where its size is not known.
        package var share: Double?
        package var records: Int64
        package var recordsPerSecond: Double
        /// Of the whole run; nil while unknown.
        package var secondsLeft: Double?
    }

    private let state = Mutex(State())
    private let totalBytes: Int64

    package init(totalBytes: Int64) { self.totalBytes = totalBytes }

    func started(_ path: String, bytes: Int64) {
        state.withLock {
            $0.doneBefore += $0.size
            $0.path = path
            $0.size = bytes
            $0.read = 0
        }
    }

    func advanced(to bytesRead: Int64) { state.withLock { $0.read = bytesRead } }

    func counted(_ records: Int64) { state.withLock { $0.records += records } }

    package var reading: Reading {
        state.withLock { state in
            let elapsed = max(0.001, Date().timeIntervalSince(state.began))
            let done = Double(state.doneBefore + min(state.read, state.size))
            let left = totalBytes > 0 && done > 0 ? elapsed * (Double(totalBytes) - done) / done : nil
            return Reading(
                path: state.path, share: state.size > 0 ? min(1, Double(state.read) / Double(state.size)) : nil,
                records: state.records, recordsPerSecond: Double(state.records) / elapsed,
                secondsLeft: left.map { max(0, $0) })
        }
    }
}
