internal import Events
internal import Primitives
internal import Synchronization

/// The workers: each takes whatever comes next, a batch of lines or a whole capture, and gives results.
final class Crew: Sendable {
    private let desk: RuleDesk
    private let options: EngineOptions
    private let work: BoundedQueue<WorkItem>
    private let results: OrderedQueue<BatchResult>
    private let pool: BoundedQueue<RawBatch>
    private let atWork = Mutex(0)

    init(
        desk: RuleDesk, options: EngineOptions, work: BoundedQueue<WorkItem>, results: OrderedQueue<BatchResult>,
        pool: BoundedQueue<RawBatch>
    ) {
        self.desk = desk
        self.options = options
        self.work = work
        self.results = results
        self.pool = pool
    }

    /// Makes every worker's tools first (which may fail), then lets them run.
    func start(workers: Int) throws {
        let batches = CaptureBatchPool(registry: desk.registry, memory: options.memory, workers: workers)
        let tools = try (0..<workers).map { _ in
            (
                try LogWork(desk: desk, options: options),
                try CaptureWork(desk: desk, options: options, pool: batches)
            )
        }
        atWork.withLock { $0 = workers }
        for (number, kit) in tools.enumerated() {
            let crew = self
            Pipeline.start("worker \(number)", Pipeline.Handover(Toolbox(kit))) { box in
                box.empty { crew.run($0, $1) }
                // The tools are gone, and their memory with them, before the collector hears of the end.
                crew.leave()
            }
        }
    }

    /// One worker's tools, until it has taken them.
    private final class Toolbox {
        private var tools: (LogWork, CaptureWork)?

        init(_ tools: (LogWork, CaptureWork)) { self.tools = tools }

        func empty(_ work: (LogWork, CaptureWork) -> Void) {
            guard let taken = tools else { return }
            tools = nil
            work(taken.0, taken.1)
        }
    }

    private func run(_ lines: LogWork, _ captures: CaptureWork) {
        while let item = work.pop() {
            switch item {
            case .lines(let context, let batches, let before, let sequence):
                decode(batches, context, before, sequence, lines)
                for batch in batches { pool.push(batch.raw) }
            case .capture(let context, let handle):
                captures.process(handle.reader, context: context) { [results] in results.push($0) }
            case .end(let context, let sequence, let problem, let position):
                var last = captures.pass(context, sequence: sequence)
                last.isEnd = true
                last.problem = problem
                last.position = position
                results.push(last)
            }
        }
    }

    private func leave() {
        let left = atWork.withLock { count in
            count -= 1
            return count
        }
        if left == 0 { results.close() }
    }

    private func decode(
        _ batches: [PlacedBatch], _ context: InputContext, _ before: RecordState, _ sequence: Int, _ lines: LogWork
    ) {
        do {
            try lines.process(batches, before: before, context: context, sequence: sequence) { results.push($0) }
        } catch {
            // Only a forced format that is unknown: before the first part.
            var result = BatchResult(context: context, sequence: sequence)
            result.problem = "\(error)"
            results.push(result)
        }
    }
}
