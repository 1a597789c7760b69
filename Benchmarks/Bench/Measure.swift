import CReference
import Foundation

/// One piece of work, done `rounds` times beside its reference in turn; medians of CPU time are what is printed.
struct Measure {
    let name: String
    let bytes: Int
    let records: Int

    struct Sample {
        var seconds: Double
        var allocations: UInt64
    }

    /// CPU seconds of this process, all threads.
    static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    static func sample(_ body: () -> Void) -> Sample {
        let allocations = reference_allocations()
        let start = cpuSeconds()
        body()
        return Sample(seconds: cpuSeconds() - start, allocations: reference_allocations() - allocations)
    }

    /// - Parameters:
    ///   - reference: the same work in C or by the library called directly; nil where there is none
    func run(rounds: Int = 7, reference: (name: String, body: () -> Void)?, _ body: () -> Void) {
        var ours: [Sample] = []
        var theirs: [Sample] = []
        body()
        reference?.body()
        for _ in 0..<rounds {
            if let reference { theirs.append(Measure.sample(reference.body)) }
            ours.append(Measure.sample(body))
        }
        let mine = Measure.median(ours)
        report(label: name, mine)
        guard let reference else { return }
        let other = Measure.median(theirs)
        report(label: "  " + reference.name, other)
        let ratios = zip(ours, theirs).map { $0.seconds / $1.seconds }.sorted()
        Report.line(
            String(
                format: "  ratio of times, median of %d pairs: %.2f (%.2f to %.2f)", rounds, ratios[rounds / 2],
                ratios[0], ratios[rounds - 1]))
    }

    private static func median(_ samples: [Sample]) -> Sample {
        samples.sorted { $0.seconds < $1.seconds }[samples.count / 2]
    }

    private func report(label: String, _ sample: Sample) {
        let perSecond = { (amount: Int) in Double(amount) / max(sample.seconds, 1e-9) }
        let padded = label.padding(toLength: 46, withPad: " ", startingAt: 0)
        Report.line(
            padded
                + String(
                    format: "%8.0f MB/s %9.0f k records/s %8.1f ns/record %10.4f allocations/record",
                    perSecond(bytes) / 1e6, perSecond(records) / 1e3, sample.seconds * 1e9 / Double(records),
                    Double(sample.allocations) / Double(records)))
    }
}

enum Report {
    static func line(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
}
