internal import ArgumentParser
internal import Foundation
internal import Primitives
internal import Query

/// Opens the analyst's desk as the options say, and turns what goes wrong there into exit statuses.
struct DeskOptions: ParsableArguments {
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    @Option(name: .customLong("now"), help: "Reference time (ISO 8601) for words such as 'last 24h'.")
    var now: String?

    func open(forTriage: Bool = false) throws -> AnalystDesk {
        try guarded {
            try AnalystDesk(
                path: try store.path, forTriage: forTriage, clock: try clock, width: Terminal.width,
                coloured: output.usesColour)
        }
    }

    var clock: FilterClock {
        get throws {
            let moment = try now.flatMap { $0.isEmpty ? nil : try InputOptions.time($0) } ?? Clock.now
            return FilterClock(now: moment, zone: try output.rules)
        }
    }

    /// Usage errors (an id, a filter) end with 2, a store that fails with 3.
    func guarded<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as FilterError {
            throw Failure(2, "\(error)")
        } catch let error as DeskError {
            if case .store = error { throw Failure(3, "\(error)") }
            throw Failure(2, "\(error)")
        } catch let error as Failure {
            throw error
        } catch let error as ValidationError {
            throw error
        } catch {
            throw Failure(3, "\(error)")
        }
    }
}

enum Clock {
    static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
