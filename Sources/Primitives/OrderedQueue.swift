internal import Glibc

/// Where an element of an `OrderedQueue` belongs: in order of input, of sequence within it, of part within that.
public struct QueuePlace: Hashable, Sendable {
    public var input: Int
    public var sequence: Int
    public var part: Int

    public init(input: Int, sequence: Int, part: Int) {
        self.input = input
        self.sequence = sequence
        self.part = part
    }
}

/// What an `OrderedQueue` puts in order.
public protocol Placed: Sendable {
    var place: QueuePlace { get }
    /// The place of the one behind it.
    var following: QueuePlace { get }
    /// Of memory, bytes, about.
    var estimatedBytes: Int { get }
}

/// A queue between threads that takes elements in any order and gives them out in the order of their places, from
/// (0, 0, 0) on.
///
/// What waits in it is bounded by bytes: whoever is ahead waits in `push`, whoever has the next element never does. So
/// it moves as long as the next element's owner is at work; that is so where pieces of work are taken in order and each
/// worker hands on what it has in order, for then the owner of the lowest place waits for nobody.
public final class OrderedQueue<Element: Placed>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let limitBytes: Int
    private var waiting: [QueuePlace: Element] = [:]
    private var waitingBytes = 0
    private var next = QueuePlace(input: 0, sequence: 0, part: 0)
    private var closed = false

    public init(limitBytes: Int) {
        self.limitBytes = limitBytes
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Waits while too much is there already and this is not the next one, then puts it in. False where the queue was
    /// closed meanwhile: the element was not taken.
    @discardableResult public func push(_ element: Element) -> Bool {
        let (place, bytes) = (element.place, element.estimatedBytes)
        pthread_mutex_lock(mutex)
        while !closed && place != next && waitingBytes + bytes > limitBytes { pthread_cond_wait(changed, mutex) }
        let (taken, isNext) = (!closed, place == next)
        if taken {
            waiting[place] = element
            waitingBytes += bytes
        }
        // Whoever is woken finds the mutex free.
        pthread_mutex_unlock(mutex)
        if taken && isNext { pthread_cond_broadcast(changed) }
        return taken
    }

    /// The next element; waits for it. Nil once the queue is closed and the next one is not there.
    public func pop() -> Element? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let element = waiting.removeValue(forKey: next) {
                waitingBytes -= element.estimatedBytes
                next = element.following
                pthread_cond_broadcast(changed)
                return element
            }
            if closed { return nil }
            pthread_cond_wait(changed, mutex)
        }
    }

    public func close() {
        pthread_mutex_lock(mutex)
        closed = true
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }
}
