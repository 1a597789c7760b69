import Foundation
import Primitives
import Testing

/// Three inputs; the second has a group in two parts.
private struct Piece: Placed, Equatable {
    var place: QueuePlace
    var following: QueuePlace
    var estimatedBytes: Int

    static func all(bytes: Int) -> [Piece] {
        let places = [(0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 0, 1), (1, 1, 0), (2, 0, 0), (3, 0, 0)].map {
            QueuePlace(input: $0.0, sequence: $0.1, part: $0.2)
        }
        return zip(places, places.dropFirst()).map { Piece(place: $0, following: $1, estimatedBytes: bytes) }
    }
}

private func onThread(_ body: @escaping @Sendable () -> Void) -> DispatchSemaphore {
    let done = DispatchSemaphore(value: 0)
    Thread {
        body()
        done.signal()
    }.start()
    return done
}

@Suite struct OrderedQueueTests {
    @Test func givesOutInOrderWhateverOrderTheyComeIn() {
        let pieces = Piece.all(bytes: 1)
        for shift in pieces.indices {
            let queue = OrderedQueue<Piece>(limitBytes: 1000)
            for piece in pieces[shift...].reversed() + pieces[..<shift] { #expect(queue.push(piece)) }
            queue.close()
            var taken: [Piece] = []
            while let piece = queue.pop() { taken.append(piece) }
            #expect(taken == pieces)
        }
    }

    @Test func whoIsAheadWaitsForRoomAndTheNextOneNever() {
        let pieces = Piece.all(bytes: 10)
        let queue = OrderedQueue<Piece>(limitBytes: 25)
        #expect(queue.push(pieces[1]) && queue.push(pieces[2]))
        let ahead = onThread { queue.push(pieces[3]) }
        #expect(ahead.wait(timeout: .now() + 0.1) == .timedOut)
        // Above the limit already: still taken, for it is the next.
        #expect(queue.push(pieces[0]))
        #expect(queue.pop() == pieces[0])
        #expect(queue.pop() == pieces[1])
        #expect(ahead.wait(timeout: .now() + 10) == .success)
        #expect(queue.pop() == pieces[2])
        #expect(queue.pop() == pieces[3])
    }

    @Test func anElementLargerThanTheLimitPassesWhenItsTurnComes() {
        let pieces = Piece.all(bytes: 100)
        let queue = OrderedQueue<Piece>(limitBytes: 25)
        let worker = onThread { for piece in pieces { queue.push(piece) } }
        for piece in pieces { #expect(queue.pop() == piece) }
        #expect(worker.wait(timeout: .now() + 10) == .success)
    }

    @Test func closingFreesThoseWhoWait() {
        let pieces = Piece.all(bytes: 100)
        let queue = OrderedQueue<Piece>(limitBytes: 25)
        let ahead = onThread { #expect(!queue.push(pieces[1])) }
        #expect(ahead.wait(timeout: .now() + 0.1) == .timedOut)
        let reader = onThread { #expect(queue.pop() == nil) }
        queue.close()
        #expect(ahead.wait(timeout: .now() + 10) == .success)
        #expect(reader.wait(timeout: .now() + 10) == .success)
    }

    @Test func manyWorkersNeverStandStill() {
        let count = 2000
        let queue = OrderedQueue<Piece>(limitBytes: 64)
        let numbers = BoundedQueue<Int>(capacity: 4)
        let workers = (0..<4).map { _ in
            onThread {
                while let number = numbers.pop() {
                    let place = QueuePlace(input: 0, sequence: number, part: 0)
                    let next = QueuePlace(input: 0, sequence: number + 1, part: 0)
                    queue.push(Piece(place: place, following: next, estimatedBytes: 1 + number % 60))
                }
            }
        }
        let feeder = onThread {
            for number in 0..<count { numbers.push(number) }
            numbers.close()
        }
        for number in 0..<count { #expect(queue.pop()?.place.sequence == number) }
        for thread in workers + [feeder] { #expect(thread.wait(timeout: .now() + 10) == .success) }
    }
}
